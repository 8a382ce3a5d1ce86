"""The steps of a scenario, whichever client carries them: what one keeps goes into the later ones' input."""

import base64
import re


def given(value, kept):
    """Parameters of a step: {"$bytes"} decoded, "@{name}" replaced by what an earlier step kept."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return base64.b64decode(value["$bytes"])
        return {given(key, kept): given(each, kept) for key, each in value.items()}
    if isinstance(value, list):
        return [given(each, kept) for each in value]
    if isinstance(value, str):
        whole = re.fullmatch(r"@\{(\w+)\}", value)
        if whole and whole[1] in kept:
            return kept[whole[1]]
        return re.sub(r"@\{(\w+)\}", lambda match: str(kept.get(match[1], match[0])), value)
    return value


def at(value, path):
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def scenario(driver, steps):
    kept = {}
    results = []
    for step in steps:
        result = driver.run(step["service"], step["operation"], given(step.get("input", {}), kept))
        for name, path in step.get("keep", {}).items():
            try:
                kept[name] = at(result["output"], path)
            except (KeyError, IndexError, TypeError):
                kept[name] = f"nothing was at {path}"
        results.append(result)
    return results
