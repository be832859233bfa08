"""Google's client for Python."""

import functools

import pydantic
from google import genai
from google.genai import types

from checks import SCHEMA, check


@functools.cache
def client(house):
    return genai.Client(api_key=house.key, http_options=types.HttpOptions(base_url=f"{house.gateway}/ai"))


@check
def google_generate(house, model):
    caller = client(house)
    answer = caller.models.generate_content(model=model, contents="hi")
    assert answer.text == "You said: hi" and answer.usage_metadata.candidates_token_count > 0, answer


@check
def google_stream(house, model):
    caller = client(house)
    pieces = list(caller.models.generate_content_stream(model=model, contents="hi"))
    assert "".join(piece.text or "" for piece in pieces) == "You said: hi", pieces


@check
def google_tools(house, model):
    function = {"name": "weather", "parameters_json_schema": SCHEMA}
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[function])],
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
    caller = client(house)
    first = caller.models.generate_content(model=model, contents="#tool", config=config)
    call = first.function_calls[0]
    assert call.args == {"city": "x"}, first
    result = types.Part.from_function_response(name="weather", response={"result": "sun"})
    history = [
        types.Content(role="user", parts=[types.Part(text="#tool")]),
        first.candidates[0].content,
        types.Content(role="user", parts=[result]),
    ]
    answer = caller.models.generate_content(model=model, contents=history, config=config)
    assert answer.text.startswith("The tool said:") and "sun" in answer.text, answer


@check
def google_parse(house, model):
    class Place(pydantic.BaseModel):
        city: str

    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Place)
    answer = client(house).models.generate_content(model=model, contents="where", config=config)
    assert answer.parsed == Place(city="x"), answer


@check
def google_count_tokens(house, model):
    assert client(house).models.count_tokens(model=model, contents="three words here").total_tokens > 0


@check
def google_embed(house, model):
    answer = client(house).models.embed_content(model=f"{model}-embedding-001", contents=["one", "two words"])
    assert len(answer.embeddings) == 2 and len(answer.embeddings[0].values) > 1, answer


@check
def google_errors(house, model):
    try:
        client(house).models.generate_content(model=model, contents="#error 400")
        raise AssertionError("no error")
    except genai.errors.ClientError as error:
        assert error.code == 400, error
