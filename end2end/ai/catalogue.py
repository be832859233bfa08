"""Makes server/ai/catalogue/models.csv from a public price table. Run by hand when prices are looked at again:

    pip download --no-deps litellm==1.105.3
    python3 end2end/ai/catalogue.py litellm-1.105.3-*.whl > server/ai/catalogue/models.csv

The table is `model_prices_and_context_window_backup.json` of the PyPI package litellm (MIT); its facts name a page of
the vendor as their source where they have one. The date of the facts is the date of that file. What is taken over and
how it is written is decided here and in `server/ai/src/catalogue/read.rs`; nothing is made up:

- no price stands for unknown, and so does a price of 0, or one below 0.001 or above 1,000 dollars a million tokens;
- prices are those of the busy hours where a vendor has others at night, and those of that day where they are to
  rise later (Google's of the newest models: look at them again in December 2026 and January 2027);
- what the vendor has ended before today (`TODAY`), what is obviously of the past (`LEGACY`) and what is no model (sizes
  of pictures, fine-tuned placeholders, commitments) is left out;
- a dated name with the very facts of the undated one becomes its alias; the newest dated name answers to its undated
  form where the vendor has no entry for that;
- a region whose prices are the model's times one factor is one row with a percentage.
"""

import collections
import csv
import json
import re
import sys
import zipfile
from decimal import Decimal

TODAY = "2026-11-27"
TABLE = "litellm/model_prices_and_context_window_backup.json"

# the table's name of a vendor -> ours; what is not here is left out
VENDORS = {
    "ai21": "ai21", "anthropic": "anthropic", "azure": "azure", "azure_ai": "azure-ai", "baseten": "baseten",
    "bedrock": "bedrock", "bedrock_converse": "bedrock", "cerebras": "cerebras", "cloudflare": "cloudflare",
    "cohere": "cohere", "cohere_chat": "cohere", "dashscope": "dashscope", "databricks": "databricks",
    "deepinfra": "deepinfra", "deepseek": "deepseek", "fireworks_ai": "fireworks",
    "fireworks_ai-embedding-models": "fireworks", "friendliai": "friendli", "gemini": "gemini", "groq": "groq",
    "hyperbolic": "hyperbolic", "jina_ai": "jina", "minimax": "minimax", "mistral": "mistral",
    "moonshot": "moonshot", "nebius": "nebius", "novita": "novita", "nscale": "nscale", "nvidia_nim": "nvidia",
    "ollama": "ollama", "openai": "openai", "ovhcloud": "ovhcloud", "perplexity": "perplexity",
    "sambanova": "sambanova", "scaleway": "scaleway", "snowflake": "snowflake", "together_ai": "together",
    "vercel_ai_gateway": "vercel", "voyage": "voyage", "wandb": "wandb", "xai": "xai",
    "zai": "zai",
}  # fmt: skip
MODES = {
    "chat": "chat", "responses": "chat", "completion": "completion", "embedding": "embedding",
    "image_generation": "image", "audio_speech": "speech", "audio_transcription": "transcription",
    "rerank": "rerank", "moderation": "moderation",
}  # fmt: skip
LEGACY = re.compile(
    r"gpt-3\.?5|gpt-4($|-[0-9t])|gpt-4\.5|(^|/|text-)(ada|babbage|davinci|curie)$|dall-e|o1-(mini|preview)|(^|/)codex-mini"
    r"|claude-(v?[123]($|[-.:])|instant|v[12])|claude-(sonnet|opus)-4($|[-@]2|-v)|claude-4-(sonnet|opus)"
    r"|gemini-(1|2\.0|pro$|exp|flash-exp|gemma)|bison|gecko|unicorn|medlm|learnlm|imagen-[12]|imagegeneration"
    r"|llama-?v?[12]($|[-:p_])|llama-?v?3($|:|-[78]|[78]0?b)|llama3-(8|70|405)|code-?llama|vicuna|orca|mixtral"
    r"|mistral-7b|mistral-large-?(@?240|@?2402|2$)|mistral-small-240|mistral-nemo@|codestral@|open-mi|pixtral-12b"
    r"|gemma-?(2b|7b|1)|gemma-?2($|-)|qwen-?v?(1|2)($|[-.p])|qwen2p5|j2-|jamba-(instruct|1\.5|1-5)|command-(text|light|nightly)"
    r"|titan-text|titan-image|stable-diffusion|stability\.sd3|pplx-[0-9]|sonar-(small|medium)|falcon|mpt-|dolly|"
    r"mythomax|wizardlm|yi-|flan|mt0|starcoder|firefunction|stablecode|zephyr|phi-?[23]($|[-.p])|deepseek-(coder|v2)|"
    r"granite-13b|granite-ttm|reka|snowflake-arctic$|dbrx|hermes-?2|internlm|codegeex|codegemma|chatglm|moonshot-v1-|"
    r"voyage-(2|lite|large-2|code-2|law-2|01)|rerank-(1|lite-1)$|whisper-(tiny|base|small|medium)$",
    re.IGNORECASE,
)
NOT_A_MODEL = re.compile(
    r"\dx\d|-x-|commitment|^ft:|/container|guardrails|-upto-|(above|up-to)-\d|to-\d+b$|^fireworks-ai-|^together-ai-|search_api"
)
GEOGRAPHIES = "us-gov|us|eu|apac|jp|au|in|ca|global"

FACTS = ["aliases", "mode", "context", "max_output", "dimensions", "reads", "writes", "features", "deprecated", "source", "as_of"]
# how the figure is called in the table, and what its figure is multiplied with: a million tokens, a thousand questions
TOKENS = {
    "input": "input_cost_per_token", "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost", "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr", "reasoning": "output_cost_per_reasoning_token",
    "input_audio": "input_cost_per_audio_token", "output_audio": "output_cost_per_audio_token",
    "input_image": "input_cost_per_image_token", "output_image": "output_cost_per_image_token",
}  # fmt: skip
UNITS = ["image", "second", "character", "search", "query"]
COLUMNS = ["vendor", "model", "region", "service", "above", "percent", *FACTS, *TOKENS, *UNITS]
SERVICES = {"": "", "_batches": "batch", "_flex": "flex", "_priority": "priority"}

FEATURES = {
    "supports_function_calling": "tools", "supports_parallel_function_calling": "parallel_tools",
    "supports_tool_choice": "tool_choice", "supports_vision": "vision", "supports_pdf_input": "pdf",
    "supports_audio_input": "audio_input", "supports_audio_output": "audio_output",
    "supports_video_input": "video_input", "supports_response_schema": "json_schema",
    "supports_reasoning": "reasoning", "supports_adaptive_thinking": "adaptive_thinking",
    "supports_prompt_caching": "prompt_cache", "supports_web_search": "web_search",
    "supports_url_context": "url_context", "supports_computer_use": "computer_use",
    "supports_assistant_prefill": "prefill",
}  # fmt: skip


def dollars(value, times=1):
    """The figure as exact decimal digits; empty when it is unknown."""
    exact = Decimal(repr(value)) * times if isinstance(value, int | float) else Decimal(0)
    # no vendor says more than nine places: what is behind them is noise of floating point
    exact = round(exact, 9)
    return format(exact.normalize(), "f") if exact > 0 else ""


def rates(facts, service, above):
    """The prices for tokens of one service and one length of input."""
    found = {}
    for figure, name in TOKENS.items():
        price = dollars(facts.get(name + above + service), 1_000_000)
        # outside of these the table means something else than tokens: steps of a picture, hours
        if price and Decimal("0.001") <= Decimal(price) < 1000:
            found[figure] = price
    if not service and not above and "cache_read" not in found:
        found |= {"cache_read": price for price in [dollars(facts.get("input_cost_per_token_cache_hit"), 1_000_000)] if price}
    return found


def units(facts, mode):
    """What is not counted in tokens."""
    by_token = facts.get("input_cost_per_token") or facts.get("output_cost_per_image_token")
    found = {}
    if mode in ("image", "embedding") and not by_token:
        made, read = facts.get("output_cost_per_image"), facts.get("input_cost_per_image")
        found["image"] = dollars((made or read) if mode == "image" else read)
    if mode in ("transcription", "speech") and not by_token:
        found["second"] = dollars(facts.get("input_cost_per_second") or facts.get("output_cost_per_second"))
        found["character"] = dollars(facts.get("input_cost_per_character"), 1_000_000)
    if mode == "rerank" and not by_token:
        found["query"] = dollars(facts.get("input_cost_per_query"), 1000)
    searches = set((facts.get("search_context_cost_per_query") or {}).values())
    if len(searches) == 1:  # where it depends on the size of what is found there is no one price
        found["search"] = dollars(searches.pop(), 1000)
    return {figure: price for figure, price in found.items() if price}


def prices(facts, mode):
    """All prices, by service and by the tokens that the input must exceed."""
    base = rates(facts, "", "")
    if mode == "image" and "output" not in base and "output_image" in base:
        base["output"] = base["output_image"]  # all that such a model says is pictures
    found = {("", ""): base | units(facts, mode)}
    lengths = {match[1] for name in facts if (match := re.search(r"_above_(\d+)k_tokens", name))}
    for ending, service in SERVICES.items():
        for length in ["", *sorted(lengths, key=int)]:
            here = rates(facts, ending, f"_above_{length}k_tokens" if length else "")
            if here and (service or length):
                found[service, f"{length}000" if length else ""] = here
    for tier in facts.get("tiered_pricing", []):
        above = str(int(tier["range"][0])) if tier.get("range") and tier["range"][0] else ""
        found[("", above)] = found.get(("", above), {}) | rates(tier, "", "")
    return {key: here for key, here in found.items() if here or key == ("", "")}


def modalities(facts, mode, features):
    reads = {"text", *facts.get("supported_modalities", [])} if mode != "transcription" else {"audio"}
    for feature, modality in [("vision", "image"), ("pdf", "pdf"), ("audio_input", "audio"), ("video_input", "video")]:
        reads |= {modality} if feature in features else set()
    writes = {"image": {"image"}, "speech": {"audio"}, "embedding": set(), "rerank": set(), "moderation": set()}.get(mode, {"text"})
    said = set(facts.get("supported_output_modalities", []))
    if mode == "image" or "output_cost_per_image_token" in facts:
        writes |= said & {"text", "image"}
    if "audio_output" in features:
        writes |= {"audio"}
    known = ["text", "image", "audio", "video", "pdf"]
    return [" ".join(word for word in known if word in words) for words in (reads, writes)]


def entry(facts, as_of, table):
    mode = MODES[facts["mode"]]
    features = {ours for theirs, ours in FEATURES.items() if facts.get(theirs) is True}
    endpoints = facts.get("supported_endpoints", [])
    if facts["mode"] == "responses" or ("/v1/responses" in endpoints and "/v1/chat/completions" not in endpoints):
        features.add("responses_only")
    if facts.get("supports_sampling_params") is False:
        features.add("no_sampling")
    reads, writes = modalities(facts, mode, features)
    vectors = facts.get("output_vector_size")
    said = {
        "mode": mode, "context": facts.get("max_input_tokens") or facts.get("max_tokens"),
        "max_output": facts.get("max_output_tokens") if mode in ("chat", "completion") else None,
        "dimensions": vectors, "reads": reads, "writes": writes, "features": " ".join(sorted(features)),
        "deprecated": facts.get("deprecation_date"), "source": facts.get("source") or table, "as_of": as_of,
    }  # fmt: skip
    numbers = {name: int(said[name]) if said[name] else "" for name in ("context", "max_output", "dimensions")}
    said = {name: value or "" for name, value in said.items()} | numbers
    return {"facts": said, "regions": {"": prices(facts, mode)}, "aliases": set()}


def hear(made):
    """Google names a price for sound only where it is not that of text."""
    here = made["regions"][""]
    if "audio_input" in made["facts"]["features"].split() and not any("input_audio" in figures for figures in here.values()):
        for figures in here.values():
            figures |= {"input_audio": figures["input"]} if "input" in figures else {}


def place(key, vendor):
    """The region and the model's name as the vendor says it."""
    if vendor == "bedrock":
        key = key.removeprefix("bedrock/").removeprefix("invoke/")
        match = re.match(r"([a-z]+-[a-z]+(?:-[a-z]+)?-\d)/(.+)", key) or re.match(rf"({GEOGRAPHIES})\.(.+)", key)
        return (match[1], match[2]) if match else ("", key)
    if vendor == "azure":
        key = key.removeprefix("azure/")
        match = re.match(rf"({GEOGRAPHIES}|global-standard)/(.+)", key)
        return (match[1].removesuffix("-standard"), match[2]) if match else ("", key.removeprefix("speech/"))
    prefixes = {"fireworks": "fireworks_ai", "together": "together_ai", "vertex": "vertex_ai", "azure-ai": "azure_ai",
                "vercel": "vercel_ai_gateway", "friendli": "friendliai", "nvidia": "nvidia_nim", 
                "jina": "jina_ai"}  # fmt: skip
    return "", key.removeprefix(prefixes.get(vendor, vendor) + "/")


def uplifts(facts, vendor):
    """Regions that cost a percentage of the price."""
    found = {"regional": facts.get("regional_endpoint_uplift_multiplier")} if vendor == "vertex" else {}
    if vendor == "openai":
        found |= {geo: facts.get(f"regional_processing_uplift_multiplier_{geo}") for geo in ("eu", "us")}
    if vendor == "anthropic":
        found |= {"us": (facts.get("provider_specific_entry") or {}).get("us")}
    return {region: int(Decimal(repr(factor)) * 100) for region, factor in found.items() if factor}


def percentage(base, region):
    """The factor between two prices as a whole percentage, if it is one."""
    if base.keys() != region.keys() or any(base[key].keys() != region[key].keys() for key in base):
        return None
    pairs = [(base[key][figure], region[key][figure]) for key in base for figure in base[key]]
    factors = {Decimal(theirs) / Decimal(ours) * 100 for ours, theirs in pairs}
    whole = factors.pop() if len(factors) == 1 else Decimal("0.5")
    return int(whole) if whole == int(whole) else None


def gather(table, as_of, name):
    """Entries by vendor and model."""
    found = collections.defaultdict(dict)
    for key, facts in table.items():
        theirs = str(facts.get("litellm_provider"))
        vendor = "vertex" if theirs.startswith("vertex_ai") else VENDORS.get(theirs)
        if not vendor or facts.get("mode") not in MODES or facts.get("deprecation_date", TODAY) < TODAY:
            continue
        if NOT_A_MODEL.search(key) or LEGACY.search(key):
            continue
        region, model = place(key, vendor)
        # Google passes calls to Mistral's models on unread, in no dialect that is spoken here
        if vendor == "vertex" and re.match("mistral|codestral", model):
            continue
        made = entry(facts, as_of, name)
        if vendor in ("gemini", "vertex") and model.startswith("gemini"):
            hear(made)
        if not any(made["regions"][""].values()) and not made["facts"]["context"]:
            continue
        whole = found[vendor].setdefault(model, made if not region else made | {"regions": {"": {("", ""): {}}}})
        if whole is made:
            made["regions"] |= uplifts(facts, vendor)
        elif region:
            whole["regions"][region] = made["regions"][""]
        elif not any(whole["regions"][""].values()):
            whole["regions"][""] = made["regions"][""]
    return found


def squeeze(models):
    """Leaves out what says nothing new: regions that cost what the model costs, dated names of the same facts."""
    for whole in models.values():
        base = whole["regions"][""]
        for region, here in list(whole["regions"].items()):
            if region and here == base:
                del whole["regions"][region]
            elif region and isinstance(here, dict) and (percent := percentage(base, here)):
                whole["regions"][region] = percent
    dated = re.compile(r"^(.+?)(?:[-@](20\d\d-?\d\d-?\d\d)|@(default|latest)|-(latest))$")
    newest = sorted(((name, match) for name in models if (match := dated.match(name))), key=lambda it: it[1][2] or "", reverse=True)
    for name, match in newest:
        short = match[1]
        if short not in models:
            if match[2] and not any(short in whole["aliases"] for whole in models.values()):
                models[name]["aliases"].add(short)
            continue
        ours, theirs = models[short], models[name]
        same = ("mode", "context", "max_output", "dimensions", "deprecated")
        if ours["regions"] == theirs["regions"] and all(ours["facts"][fact] == theirs["facts"][fact] for fact in same):
            ours["aliases"] |= {name} | theirs["aliases"]
            del models[name]
    for name in [name for name in models if name.startswith("accounts/fireworks/models/")]:
        short = name.removeprefix("accounts/fireworks/models/")
        models.pop(short, None)
        models[name]["aliases"].add(short)


def rows(vendor, model, whole):
    for region, here in sorted(whole["regions"].items(), key=lambda it: it[0]):
        if isinstance(here, int):
            yield {"vendor": vendor, "model": model, "region": region, "percent": here}
            continue
        for (service, above), figures in sorted(here.items(), key=lambda it: (it[0][0], int(it[0][1] or 0))):
            row = {"vendor": vendor, "model": model, "region": region, "service": service, "above": above}
            first = not (region or service or above)
            yield row | (whole["facts"] | {"aliases": " ".join(sorted(whole["aliases"]))} if first else {}) | figures


def main(wheel):
    with zipfile.ZipFile(wheel) as archive:
        as_of = "{:04}-{:02}-{:02}".format(*archive.getinfo(TABLE).date_time[:3])
        table = json.loads(archive.read(TABLE))
    name = "-".join(wheel.rsplit("/", 1)[-1].split("-")[:2])
    out = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    out.writeheader()
    for vendor, models in sorted(gather(table, as_of, name).items()):
        squeeze(models)
        for model, whole in sorted(models.items()):
            out.writerows(rows(vendor, model, whole))


if __name__ == "__main__":
    main(sys.argv[1])
