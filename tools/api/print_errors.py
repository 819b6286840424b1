"""The catalogue of errors, in Markdown: each status with what it means, when it is returned, and what to do."""

from rust_source import PROSE

HEAD = """# Errors

Each status: what it means, what to do, and when which function returns it. The same statuses are the `code` of CLOSED, LINK_DOWN and ERROR
events. `text` of palabra_error and of the event says what failed, on what, and what to do about it. What the service's own refusals become:
[what refusals and closes mean](../errors.md). Symptoms: [troubleshooting](../troubleshooting.md).

Errors that follow from the kind of a parameter are not listed with each function: PALABRA_ERR_BAD_HANDLE where it takes a handle,
PALABRA_ERR_INVALID_UTF8 where it takes a text, PALABRA_ERR_INVALID_ARGUMENT where it takes a pointer, and PALABRA_ERR_REENTRANT and
PALABRA_ERR_FORKED where it may not be called from a callback or in a forked process.
"""


def files(api):
    statuses = next(enum for page in api["pages"] for enum in page["enums"] if enum["name"] == "palabra_status")["values"]
    advice = read_advice()
    errors = [status for status in statuses if status["value"] < 0]
    strangers = {status["name"] for status in errors} ^ advice.keys()
    if strangers:
        raise SystemExit(f"api: {PROSE / 'advice.txt'}: {', '.join(sorted(strangers))}: every status has advice, and nothing else")
    lines = [HEAD, "| Status | | Meaning |", "|---|---|---|"]
    lines += [f"| [`{e['name']}`](#{e['name'].lower()}) | {e['value']} | {' '.join(e['doc'])} |" for e in errors]
    for error in errors:
        lines += ["", f"## {error['name']}", "", *error["doc"], "", f"**What to do:** {advice[error['name']]}"]
        lines += table(causes(api, error["name"]))
    return {"docs/reference/errors.md": "\n".join([*lines, ""])}


def read_advice():
    """{status: what to do}: paragraphs that begin with a line that is the status."""
    paragraphs = (PROSE / "advice.txt").read_text(encoding="utf-8").strip().split("\n\n")
    return dict(paragraph.replace("\n", " ").split(" ", 1) for paragraph in paragraphs)


def causes(api, status):
    """{when: the functions that return the status then, as links}"""
    found = {}
    for page in api["pages"]:
        for item in page["functions"]:
            rows = [*item["errors"], *(row for group in item["error_groups"] for row in api["error_groups"][group])]
            for text in dict.fromkeys(row["text"] for row in rows if row["status"] == status):
                found.setdefault(text, []).append(f"[`{item['name']}`]({page['name']}.md#{item['name']})")
    return found


def table(found):
    rows = [f"| {text} | {', '.join(functions)} |" for text, functions in found.items()]
    return ["", "| When | Returned by |", "|---|---|", *rows] if rows else []
