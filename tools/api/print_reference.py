"""Reference pages, in Markdown."""

from rust_source import PROSE


def files(api):
    out = {f"docs/reference/{page['name']}.md": page_text(api, page) for page in api["pages"]}
    out["docs/reference/README.md"] = index(api)
    return out


def index(api):
    lines = ["# Reference", "", "Printed from `src/ffi`. One page for each header.", ""]
    lines += [f"- [{page['name']}.h]({page['name']}.md): {page['title']}" for page in api["pages"]]
    return "\n".join([*lines, "- [Errors](errors.md): every status, what to do about it, and when which function returns it", ""])


def page_text(api, page):
    lines = [f"# palabra/{page['name']}.h", "", page["title"], "", *rules(page["name"])]
    for item in page["enums"]:
        lines += [f"## {item['name']}", "", *paragraphs(item["doc"]), "| Value | | Meaning |", "|---|---|---|"]
        lines += [f"| `{value['name']}` | {value['value']} | {cell(value['doc'])} |" for value in item["values"]] + [""]
    for title, items in (("Flags", page["flags"]), ("Limits", page["limits"])):
        if items:
            lines += [f"## {title}", "", "| Name | | Meaning |", "|---|---|---|"]
            lines += [f"| `{item['name']}` | {item['value']} | {cell(item['doc'])} |" for item in items] + [""]
    for item in page["structs"]:
        lines += [f"## {item['name']}", "", *paragraphs(item["doc"]), "| Field | Type | Meaning |", "|---|---|---|"]
        lines += [f"| `{f['name']}` | `{f['type']}{array(f)}` | {cell(f['doc'])} |" for f in item["fields"]] + [""]
    for item in [*page["callbacks"], *page["functions"]]:
        lines += function(api, item)
    return "\n".join(lines).rstrip() + "\n"


def rules(name):
    """The rules that apply to everything on the page, as in its header."""
    path = PROSE / f"{name}.txt"
    return ["```text", path.read_text(encoding="utf-8").rstrip(), "```", ""] if path.exists() else []


def array(field):
    return f"[{field['array']}]" if field["array"] else ""


def paragraphs(texts):
    return [line for text in texts for line in (text, "")]


def cell(texts):
    return " ".join(texts).replace("|", "\\|")


def function(api, item):
    params = ", ".join(f"{param['type']}{'' if param['type'].endswith('*') else ' '}{param['name']}" for param in item["params"])
    lines = [f"## {item['name']}", "", "```c", f"{item['returns']} {item['name']}({params or 'void'});", "```", ""]
    lines += paragraphs(item["doc"])
    lines += [f"- `{param['name']}`: {param['doc']}" for param in item["params"]]
    lines += ["", f"Returns {item['return_doc']}", ""] if item["return_doc"] else [""]
    rows = [(error["status"], error["text"]) for error in item["errors"]]
    rows += [(row["status"], row["text"]) for group in item["error_groups"] for row in api["error_groups"][group]]
    if rows:
        lines += ["| Error | When |", "|---|---|", *(f"| `{status}` | {text} |" for status, text in rows), ""]
    if item["general_errors"]:
        lines += ["General errors: " + ", ".join(f"`{status}`" for status in item["general_errors"]) + ".", ""]
    facts = f"Threads: {item['threads']}. Blocks: {item['blocks']}."
    facts += " Real-time safe." if item["realtime"] else ""
    facts += " May be called from callbacks." if item["in_callbacks"] else ""
    facts += f" Example: [{item['example']}](../../examples-c/{item['example']})." if item["example"] else ""
    return [*lines, facts, ""]
