"""Context functions (DMN 1.5 §10.3.4.10)."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.scopes import Run

Context = dict[str, object]


@builtin("get value(m: context, key: string)")
def get_value(run: Run, context: Context, key: str) -> object:
    """The entry of that key."""
    return context[key] if key in context else run.null(f"The context has no entry “{key}”.")


@builtin("get value(m: context, keys: list)")
def get_value_at(run: Run, context: Context, keys: list[object]) -> object:
    """The entry at the end of a path of keys."""
    value: object = context
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str) or key not in value:
            return run.null(f"The context has no entry “{key}”.")
        value = value[key]
    return value if keys else None


@builtin("get entries(m: context)")
def get_entries(run: Run, context: Context) -> object:
    """A list of `{key, value}`."""
    run.bounded_list(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context(entries: list)")
def context_of(run: Run, entries: list[object]) -> object:
    """The other way round; null when a key is there twice."""
    result: Context = {}
    run.bounded_list(len(entries))
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            return run.null("context() takes entries of key and value.")
        if entry["key"] in result:
            return run.null(f"The key “{entry['key']}” is there twice.")
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put(context: context, key: string, value: any)")
def context_put(run: Run, context: Context, key: str, value: object) -> object:
    """A new context with that entry."""
    run.bounded_list(len(context))
    return {**context, key: value}


@builtin("context put(context: context, keys: list, value: any)")
def context_put_at(run: Run, context: Context, keys: list[object], value: object) -> object:
    """A new context with that entry at the end of a path of keys."""
    if not keys or not all(isinstance(key, str) for key in keys):
        return run.null("The keys are strings, one at least.")
    run.bounded_list(len(context))
    key, *rest = (str(key) for key in keys)
    if not rest:
        return {**context, key: value}
    inner = context.get(key, {})
    if not isinstance(inner, dict):
        return run.null(f"The entry “{key}” is no context.")
    changed = context_put_at(run, inner, list(rest), value)
    return None if changed is None else {**context, key: changed}


@builtin("context merge(contexts: list)")
def context_merge(run: Run, contexts: list[object]) -> object:
    """One context; the later entry of a key wins."""
    result: Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            return run.null("context merge() takes contexts.")
        run.bounded_list(len(result) + len(context))
        result.update(context)
    return result
