"""TransferScope: from records of technology transfer to what leadership asks."""
