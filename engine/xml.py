"""Reading XML that a stranger sent: no entities, no DTD, no network, bounded size and depth."""

from lxml import etree


class XmlRefused(ValueError):
    """The XML is not well-formed, or asks for more than we give."""

    def __init__(self, message: str, line: int | None = None, message_zh: str | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.message_zh = f"XML 无法读取：{message}" if message_zh is None else message_zh
        self.line = line


def parse_xml(source: bytes, *, max_bytes: int = 10_000_000, max_depth: int = 256) -> etree._Element:
    """
    Parse a document and return its root; every element knows its `sourceline`.

    Raises:
        XmlRefused: Not well-formed, larger than `max_bytes`, deeper than `max_depth` elements, or with a DOCTYPE
            (which is where entity bombs and external entities live).
    """
    if len(source) > max_bytes:
        raise XmlRefused(
            f"The document has {len(source)} bytes; at most {max_bytes} are read.",
            message_zh=f"文件有 {len(source)} 字节；最多读取 {max_bytes} 字节。",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise XmlRefused(error.msg or "The document is not well-formed XML.", error.lineno) from error
    except ValueError as error:
        raise XmlRefused(str(error)) from error
    if _has_doctype(root):
        raise XmlRefused("A DOCTYPE declaration is not accepted.", 1, "不接受 DOCTYPE 声明。")
    _refuse_deep_trees(root, max_depth)
    return root


def _has_doctype(root: etree._Element) -> bool:
    return root.getroottree().docinfo.internalDTD is not None


def _refuse_deep_trees(root: etree._Element, max_depth: int) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > max_depth:
            raise XmlRefused(
                f"Elements are nested deeper than {max_depth}.", element.sourceline, f"元素嵌套超过 {max_depth} 层。"
            )
