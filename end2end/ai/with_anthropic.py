"""Anthropic's client for Python."""

import functools

import anthropic
import pydantic

from checks import SCHEMA, check


@functools.cache
def client(house):
    return anthropic.Anthropic(api_key=house.key, base_url=f"{house.gateway}/ai", max_retries=0)


TOOL = [{"name": "weather", "input_schema": SCHEMA}]


@check
def anthropic_messages(house, model):
    asked = [{"role": "user", "content": "hi"}]
    answer = client(house).messages.create(model=model, max_tokens=50, messages=asked)
    assert answer.content[-1].text == "You said: hi" and answer.usage.output_tokens > 0, answer
    assert answer.stop_reason == "end_turn", answer


@check
def anthropic_stream_tools(house, model):
    caller, asked = client(house), [{"role": "user", "content": "#tool"}]
    with caller.messages.stream(model=model, max_tokens=50, tools=TOOL, messages=asked) as stream:
        first = stream.get_final_message()
    call = next(block for block in first.content if block.type == "tool_use")
    assert call.input == {"city": "x"} and first.stop_reason == "tool_use", first
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sun"}
    asked += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    answer = caller.messages.create(model=model, max_tokens=50, tools=TOOL, messages=asked)
    assert answer.content[-1].text == "The tool said: sun", answer


@check
def anthropic_errors(house, model):
    try:
        asked = [{"role": "user", "content": "#error 503"}]
        client(house).messages.create(model=model, max_tokens=5, messages=asked)
        raise AssertionError("no error")
    except anthropic.APIStatusError as error:
        assert error.status_code in (500, 503, 529), error
    try:
        asked = [{"role": "user", "content": "a b #midstream-error"}]
        with client(house).messages.stream(model=model, max_tokens=50, messages=asked) as stream:
            stream.get_final_message()
        raise AssertionError("no error in the stream")
    except anthropic.APIError:
        pass


@check
def anthropic_parse(house, model):
    class Place(pydantic.BaseModel):
        city: str

    asked = [{"role": "user", "content": "where"}]
    answer = client(house).messages.parse(model=model, max_tokens=50, messages=asked, output_format=Place)
    assert answer.parsed_output == Place(city="x"), answer


@check
def anthropic_images(house, model):
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    asked = [{"role": "user", "content": [{"type": "text", "text": "look"}, image]}]
    answer = client(house).messages.create(model=model, max_tokens=50, messages=asked)
    assert "1 image" in answer.content[-1].text, answer


@check
def anthropic_count_tokens(house, model):
    asked = [{"role": "user", "content": "three words here"}]
    assert client(house).messages.count_tokens(model=model, messages=asked).input_tokens > 0
