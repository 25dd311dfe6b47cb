def routes(home):
    return []
