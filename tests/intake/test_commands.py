"""`python -m analytics import` and `templates`: exit codes, words, files, progress."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from analytics.__main__ import main
from analytics.commands.moving import Bar
from analytics.records.forms import FORMS
from analytics.records.store import Store
from tests.intake import files
from tests.intake.snapshots import DEMO_FILES

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch
BAD = [*files.DEALS, ("HT-004", "2021-02-30", "技术开发", "甲乙丙丁研究院", "壬癸公司", 12)]
Asked = tuple[int, str, str]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: Patch) -> Path:
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "data"))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "data"


def run(capsys: Capture, *arguments: object) -> Asked:
    code = main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def deals(folder: Path, rows: files.Rows = files.DEALS, name: str = "合同.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return files.text_file(folder / name, rows)


def test_it_publishes_and_then_nothing_differs(capsys: Capture, tmp_path: Path, data: Path) -> None:
    path = deals(tmp_path)
    code, out, err = run(capsys, "import", path, "--unit", "万元", "--operator", "张三")
    store = Store.of_records(data)
    current = store.current()
    assert code == 0 and current and f"Published as snapshot {current}." in out
    assert store.info(current).operator == "张三"
    assert "2,537,500.00" in out and "Reading the files 100%" in err
    assert "demonstration" not in out, "there was none"
    code, out, _ = run(capsys, "import", path, "--unit", "万元")
    assert code == 0 and "nothing to publish" in out and store.current() == current


def test_the_first_import_takes_the_place_of_the_demonstration(
    capsys: Capture, tmp_path: Path, data: Path
) -> None:
    data.mkdir()
    (data / "demo").symlink_to(DEMO_FILES)
    code, out, _ = run(capsys, "import", deals(tmp_path), "--unit", "万元")
    assert code == 0 and "first import of real records" in out


def test_a_file_without_records_changes_nothing_and_says_so(
    capsys: Capture, tmp_path: Path, data: Path
) -> None:
    path = deals(tmp_path, files.DEALS[:1])
    for language, said in (
        ("en", "hold no records; nothing was changed"),
        ("zh", "没有记录，未作"),
    ):
        code, out, _ = run(capsys, "import", path, "--unit", "万元", "--language", language)
        assert code == 0 and said in out and not Store.of_records(data).list()
    code, out, _ = run(capsys, "import", path, "--unit", "万元", "--format", "json")
    assert code == 0 and json.loads(out)["outcome"] == "no_rows"


def test_a_dry_run_changes_nothing(capsys: Capture, tmp_path: Path, data: Path) -> None:
    code, out, _ = run(capsys, "import", deals(tmp_path), "--unit", "万元", "--dry-run")
    assert code == 0 and "dry run: nothing was changed" in out
    assert "Deal id (deal_id)" in out and "same name" in out
    assert not Store.of_records(data).list()


def test_refused_rows_exit_1_and_can_be_written(
    capsys: Capture, tmp_path: Path, data: Path
) -> None:
    path, target = deals(tmp_path, BAD), tmp_path / "退回.xlsx"
    asked = ("import", path, "--unit", "万元", "--refused", target, "--language", "zh")
    code, out, err = run(capsys, *asked)
    assert code == 1 and not Store.of_records(data).list()
    assert "退回  合同.csv · B5 · 签订日期 [2021-02-30]" in out and "正在核对" in err
    assert f"被退回的 1 行已写入 {target}" in out
    assert openpyxl.load_workbook(target).worksheets[0]["A2"].value.startswith("签订日期：")
    code, out, _ = run(capsys, *asked, "--dry-run")
    assert code == 1
    code, out, _ = run(capsys, *asked, "--accept-valid")
    assert code == 0 and "已发布" in out and "另有 1 条被退回" in out


def test_findings_that_are_alike_stand_together(capsys: Capture, tmp_path: Path) -> None:
    about = [(f"HT-{n}", "2021-03-12", "技术开发", "甲", "乙", "约30") for n in range(40)]
    path = deals(tmp_path, [*BAD, *about])
    for language, said in (("en", "(40 alike)"), ("zh", "（同类 40 处）")):
        _, out, _ = run(capsys, "import", path, "--unit", "万元", "--language", language)
        assert out.count("[约30]") == 1 and said in out and "--refused FILE" not in out


def test_no_file_is_written_where_nothing_is_refused(capsys: Capture, tmp_path: Path) -> None:
    target = tmp_path / "none.xlsx"
    code, out, _ = run(
        capsys, "import", deals(tmp_path), "--unit", "万元", "--refused", target, "--dry-run"
    )
    assert code == 0 and not target.exists() and "was not written" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.csv",), "missing.csv"),
        (("合同.csv", "--dataset", "dealz"), "dealz"),
        (("合同.csv", "--map", "valeu_cny=成交额"), "value_cny"),
        (("合同.csv", "--map", "value_cny=成交"), "成交额"),
        (("合同.csv", "--mapping", "没有"), "没有"),
        (("合同.csv", "--unit", "美分"), "美分"),
        (("合同.csv", "--crs", "x"), "gcj02"),
    ],
)
def test_unusable_input_exits_2_with_one_line(
    capsys: Capture, tmp_path: Path, monkeypatch: Patch, arguments: tuple[str, ...], said: str
) -> None:
    deals(tmp_path)
    monkeypatch.chdir(tmp_path)
    for language in ("en", "zh"):
        code, out, err = run(capsys, "import", *arguments, "--language", language)
        last = err.strip().splitlines()[-1]
        assert code == 2 and not out and said in last and last.startswith("analytics: ")


def test_options_that_are_no_pairs_or_days_are_told(capsys: Capture, tmp_path: Path) -> None:
    for wrong in (("--map", "value_cny"), ("--set", "=3"), ("--complete-until", "2021")):
        with pytest.raises(SystemExit) as stopped:
            main(["import", "x.csv", *wrong])
        assert stopped.value.code == 2 and wrong[0] in capsys.readouterr().err


def test_json_says_it_all(capsys: Capture, tmp_path: Path, data: Path) -> None:
    path = deals(tmp_path, BAD)
    asked = ("import", path, "--unit", "万元", "--format", "json", "--accept-valid")
    code, out, _ = run(capsys, *asked)
    told = json.loads(out)
    assert code == 0 and told["outcome"] == "published"
    assert told["snapshots"] == [Store.of_records(data).current()]
    sheet = told["sheets"][0]
    assert (sheet["rows"], sheet["accepted"], sheet["refused"]) == (4, 3, 1)
    assert sheet["totals"] == {"value_cny": "2537500.00"}
    assert sheet["mapping"]["fields"]["deal_id"]["heading"] == "合同编号"
    assert told["changes"]["deals"] == {"added": 3, "changed": 0, "same": 0, "gone": 0}
    finding = next(item for item in told["findings"] if item["severity"] == "error")
    assert (finding["row"], finding["column"], finding["value"]) == (5, 1, "2021-02-30")
    assert finding["message"]
    code, out, _ = run(capsys, "import", tmp_path / "none.csv", "--format", "json")
    assert code == 2 and json.loads(out)["key"] == "unreadable_file"


def test_a_mapping_said_once_is_known_the_next_time(
    capsys: Capture, tmp_path: Path, data: Path
) -> None:
    rows = [
        ("流水", "何日", "多少", "别的"),
        ("K1", "2021-03-12", "3", "甲"),
        ("K2", "2021年4月", "4", "乙"),
    ]
    path = deals(tmp_path, rows)
    said = ("--map", "deal_id=流水", "--map", "signed_on=何日", "--map", "value_cny=多少")
    fixed = ("--set", "contract_type=技术服务", "--dataset", "deals", "--unit", "万元")
    code, out, _ = run(capsys, "import", path, *said, *fixed, "--save-mapping", "月报")
    assert code == 0 and "saved as 月报" in out and "all rows: 技术服务" in out
    rows.append(("K3", "2021-05-01", "5", "丙"))
    again = deals(tmp_path / "later", rows)
    code, out, _ = run(capsys, "import", again, "--unit", "万元", "--dry-run")
    assert code == 0 and "a saved mapping" in out
    code, out, _ = run(capsys, "import", again, "--unit", "万元", "--mapping", "月报")
    assert code == 0 and "Published" in out


def test_templates_are_written_and_say_where(capsys: Capture, tmp_path: Path) -> None:
    code, out, _ = run(capsys, "templates", "--out", tmp_path / "forms", "--language", "zh")
    written = sorted(path.name for path in (tmp_path / "forms").iterdir())
    assert code == 0 and len(written) == len(FORMS) == len(out.splitlines())
    assert "deals-技术合同.xlsx" in written and "技术合同" in out
    code, out, _ = run(capsys, "templates", "--dataset", "bases", "--out", tmp_path / "one")
    assert code == 0 and [p.name for p in (tmp_path / "one").iterdir()] == [
        "bases-成果转化基地.xlsx"
    ]
    code, _, err = run(capsys, "templates", "--dataset", "base", "--out", tmp_path / "no")
    assert code == 2 and "bases" in err and not (tmp_path / "no").exists()


def test_the_language_is_that_of_the_surroundings(
    capsys: Capture, tmp_path: Path, monkeypatch: Patch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    code, out, _ = run(capsys, "import", deals(tmp_path), "--unit", "万元", "--dry-run")
    assert code == 0 and "试运行" in out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_moves_on_a_terminal_and_goes(monkeypatch: Patch) -> None:
    stream = Terminal()
    monkeypatch.setenv("COLUMNS", "60")
    bar = Bar("zh", stream)
    bar("reading", 0.0)
    first = stream.getvalue()
    bar("reading", 1.0)
    bar("checking", 0.5)
    bar.clear()
    said = stream.getvalue()
    assert "正在读取文件 ░" in first and said.count("\r") == 4 and "100%" in said
    assert "正在核对" in said and said.endswith("\r\x1b[K") and "\n" not in said


def test_lines_elsewhere_are_few() -> None:
    stream = io.StringIO()
    bar = Bar("en", stream)
    for step in ("reading", "checking"):
        for part in range(1001):
            bar(step, part / 1000)
    bar.clear()
    lines = stream.getvalue().splitlines()
    assert lines[0] == "Reading the files 0%" and lines[-1] == "Checking 100%" and len(lines) == 10
