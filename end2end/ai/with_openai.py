"""OpenAI's client for Python."""

import base64
import functools
import io
import json

import openai
import pydantic

from checks import SCHEMA, check


@functools.cache
def client(house):
    return openai.OpenAI(api_key=house.key, base_url=f"{house.gateway}/ai/v1", max_retries=0)


TOOL = [{"type": "function", "function": {"name": "weather", "strict": True, "parameters": SCHEMA}}]


@check
def openai_chat(house, model):
    answer = client(house).chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}])
    assert answer.choices[0].message.content == "You said: hi", answer
    assert answer.usage.prompt_tokens > 0 and answer.choices[0].finish_reason == "stop", answer


@check
def openai_chat_stream(house, model):
    asked = {"stream": True, "stream_options": {"include_usage": True}, "messages": [{"role": "user", "content": "hi"}]}
    chunks = list(client(house).chat.completions.create(model=model, **asked))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "You said: hi" and chunks[-1].usage.completion_tokens > 0, chunks


@check
def openai_chat_tools(house, model):
    caller, asked = client(house), [{"role": "user", "content": "#tool"}]
    with caller.chat.completions.stream(model=model, tools=TOOL, messages=asked) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    call = message.tool_calls[0]
    assert call.function.parsed_arguments == {"city": "x"}, message
    asked += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": call.id, "content": "sun"}]
    answer = caller.chat.completions.create(model=model, tools=TOOL, messages=asked)
    assert answer.choices[0].message.content == "The tool said: sun", answer


@check
def openai_chat_parse(house, model):
    class Place(pydantic.BaseModel):
        city: str

    asked = [{"role": "user", "content": "where"}]
    answer = client(house).chat.completions.parse(model=model, messages=asked, response_format=Place)
    assert answer.choices[0].message.parsed == Place(city="x"), answer


@check
def openai_chat_images(house, model):
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    asked = [{"role": "user", "content": [{"type": "text", "text": "look"}, image]}]
    answer = client(house).chat.completions.create(model=model, messages=asked)
    assert "1 image" in answer.choices[0].message.content, answer


@check
def openai_errors(house, model):
    for status, kind in ((400, openai.BadRequestError), (500, openai.InternalServerError)):
        asked = [{"role": "user", "content": f"#error {status}"}]
        try:
            client(house).chat.completions.create(model=model, messages=asked)
            raise AssertionError(f"no error for {status}")
        except kind as error:
            assert error.message
    asked = [{"role": "user", "content": "a b #midstream-error"}]
    try:
        list(client(house).chat.completions.create(model=model, stream=True, messages=asked))
        raise AssertionError("no error in the stream")
    except openai.APIError:
        pass


@check
def openai_responses(house, model):
    answer = client(house).responses.create(model=model, input="hi")
    assert answer.output_text == "You said: hi" and answer.usage.output_tokens > 0, answer


@check
def openai_responses_stream_tools(house, model):
    tool = [{"type": "function", "name": "weather", "parameters": SCHEMA, "strict": True}]
    caller = client(house)
    with caller.responses.stream(model=model, input="#tool", tools=tool) as stream:
        for _ in stream:
            pass
        first = stream.get_final_response()
    call = next(item for item in first.output if item.type == "function_call")
    assert json.loads(call.arguments) == {"city": "x"}, first
    history = [{"role": "user", "content": "#tool"}, *[item.model_dump(exclude_none=True) for item in first.output]]
    history += [{"type": "function_call_output", "call_id": call.call_id, "output": "sun"}]
    assert caller.responses.create(model=model, input=history, tools=tool).output_text == "The tool said: sun"


@check
def openai_models(house, model):
    assert model in [listed.id for listed in client(house).models.list()]


@check
def openai_responses_parse(house, model):
    class Place(pydantic.BaseModel):
        city: str

    answer = client(house).responses.parse(model=model, input="where", text_format=Place)
    assert answer.output_parsed == Place(city="x"), answer


@check
def openai_embeddings(house, model):
    answer = client(house).embeddings.create(model=f"{model}-embedding-001", input=["one", "two words"])
    assert len(answer.data) == 2 and len(answer.data[0].embedding) > 1, answer
    assert answer.usage.prompt_tokens > 0, answer


@check
def openai_images_generate(house, model):
    answer = client(house).images.generate(model=model, prompt="a gate", n=1)
    assert base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG"), answer


@check
def openai_speech(house, model):
    answer = client(house).audio.speech.create(model=model, voice="alloy", input="good morning", response_format="wav")
    assert answer.content.startswith(b"RIFF"), answer.content[:20]


@check
def openai_transcription(house, model):
    sound = io.BytesIO(b"RIFF" + bytes(96))
    sound.name = "said.wav"
    answer = client(house).audio.transcriptions.create(model=model, file=sound)
    assert answer.text == "I hear 100 bytes.", answer


@check
def openai_moderations(house, model):
    answer = client(house).moderations.create(model=model, input="#flag")
    assert answer.results[0].flagged, answer
