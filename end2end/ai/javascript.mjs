// OpenAI's client and the AI SDK for JavaScript. The only argument is JSON: {gateway, key, models, only}. Prints a line
// of JSON for each check with each model: {check, model, why}, where `why` is empty when all was as it should be.
import assert from "node:assert/strict";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { embedMany, generateText, isStepCount, Output, streamText, tool } from "ai";
import OpenAI, { toFile } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const asked = JSON.parse(process.argv[2]);
const apiKey = asked.key;
const openai = new OpenAI({ apiKey, baseURL: `${asked.gateway}/ai/v1`, maxRetries: 0 });
const aiOpenai = createOpenAI({ apiKey, baseURL: `${asked.gateway}/ai/v1` });
const aiAnthropic = createAnthropic({ apiKey, baseURL: `${asked.gateway}/ai/v1` });

const Place = z.object({ city: z.string() });
const PARAMETERS = z.toJSONSchema(Place);
const HI = [{ role: "user", content: "hi" }];

const checks = {
  async js_chat(model) {
    const answer = await openai.chat.completions.create({ model, messages: HI });
    assert.equal(answer.choices[0].message.content, "You said: hi");
    assert.ok(answer.usage.total_tokens > 0);
  },

  async js_chat_stream(model) {
    const options = { stream: true, stream_options: { include_usage: true } };
    let [text, usage] = ["", null];
    for await (const chunk of await openai.chat.completions.create({ model, messages: HI, ...options })) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, "You said: hi");
    assert.ok(usage.completion_tokens > 0);
  },

  async js_chat_tools(model) {
    const called = [];
    const weather = { name: "weather", parameters: PARAMETERS, parse: JSON.parse, function: (place) => called.push(place) && "sun" };
    const messages = [{ role: "user", content: "#tool" }];
    const runner = openai.chat.completions.runTools({ model, messages, stream: true, tools: [{ type: "function", function: weather }] });
    assert.equal(await runner.finalContent(), "The tool said: sun");
    assert.deepEqual(called, [{ city: "x" }]);
  },

  async js_chat_parse(model) {
    const messages = [{ role: "user", content: "where" }];
    const answer = await openai.chat.completions.parse({ model, messages, response_format: zodResponseFormat(Place, "place") });
    assert.deepEqual(answer.choices[0].message.parsed, { city: "x" });
  },

  async js_errors(model) {
    const messages = [{ role: "user", content: "#error 400" }];
    await assert.rejects(openai.chat.completions.create({ model, messages }), OpenAI.BadRequestError);
    const broken = [{ role: "user", content: "a b #midstream-error" }];
    const read = async () => {
      for await (const _ of await openai.chat.completions.create({ model, messages: broken, stream: true }));
    };
    await assert.rejects(read(), OpenAI.APIError);
  },

  async js_responses(model) {
    const answer = await openai.responses.create({ model, input: "hi" });
    assert.equal(answer.output_text, "You said: hi");
  },

  async js_responses_stream(model) {
    const stream = openai.responses.stream({ model, input: "hi" });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    assert.equal(text, "You said: hi");
    assert.ok((await stream.finalResponse()).usage.output_tokens > 0);
  },

  async js_embeddings(model) {
    const answer = await openai.embeddings.create({ model: `${model}-embedding-001`, input: ["one", "two words"] });
    assert.equal(answer.data.length, 2);
    assert.ok(answer.data[0].embedding.length > 1);
  },

  async js_images_generate(model) {
    const answer = await openai.images.generate({ model, prompt: "a gate" });
    assert.equal(Buffer.from(answer.data[0].b64_json, "base64").subarray(1, 4).toString(), "PNG");
  },

  async js_speech(model) {
    const answer = await openai.audio.speech.create({ model, voice: "alloy", input: "good morning", response_format: "wav" });
    assert.equal(Buffer.from(await answer.arrayBuffer()).subarray(0, 4).toString(), "RIFF");
  },

  async js_transcription(model) {
    const file = await toFile(Buffer.alloc(100), "said.wav");
    assert.equal((await openai.audio.transcriptions.create({ model, file })).text, "I hear 100 bytes.");
  },

  ...ofAiSdk("ai_openai_chat", (model) => aiOpenai.chat(model)),
  ...ofAiSdk("ai_openai_responses", (model) => aiOpenai(model)),
  ...ofAiSdk("ai_anthropic", (model) => aiAnthropic(model)),

  async ai_openai_embed(model) {
    const { embeddings } = await embedMany({ model: aiOpenai.embeddingModel(`${model}-embedding-001`), values: ["one", "two words"], maxRetries: 0 });
    assert.equal(embeddings.length, 2);
    assert.ok(embeddings[0].length > 1);
  },
};

/** The checks that every provider of the AI SDK has. */
function ofAiSdk(name, of) {
  const options = (model) => ({ model: of(model), maxRetries: 0 });
  return {
    async [`${name}_text`](model) {
      const answer = await generateText({ ...options(model), prompt: "hi" });
      assert.equal(answer.text, "You said: hi");
      assert.ok(answer.usage.outputTokens > 0);
    },

    async [`${name}_stream`](model) {
      const errors = [];
      const answer = streamText({ ...options(model), prompt: "hi", onError: ({ error }) => errors.push(error) });
      let text = "";
      for await (const piece of answer.textStream) text += piece;
      if (errors.length) throw errors[0];
      assert.equal(text, "You said: hi");
      assert.ok((await answer.usage).outputTokens > 0);
    },

    async [`${name}_tools`](model) {
      const called = [];
      const weather = tool({ inputSchema: Place, execute: (place) => called.push(place) && "sun" });
      const answer = await generateText({ ...options(model), prompt: "#tool", tools: { weather }, stopWhen: isStepCount(3) });
      assert.deepEqual(called, [{ city: "x" }]);
      assert.ok(/^The tool said: .*sun/.test(answer.text), answer.text);
    },

    async [`${name}_object`](model) {
      const answer = await generateText({ ...options(model), prompt: "where", output: Output.object({ schema: Place }) });
      assert.deepEqual(answer.output, { city: "x" });
    },
  };
}

// the AI SDK tells on the console what a vendor leaves out; here only results belong there
globalThis.AI_SDK_LOG_WARNINGS = false;
for (const [check, run] of Object.entries(checks)) {
  if (!check.includes(asked.only)) continue;
  for (const model of asked.models) {
    let why = "";
    try {
      await run(model);
    } catch (error) {
      why = `${error?.name ?? "Error"}: ${error?.message || error}`;
      console.error(`---- ${check} with ${model}\n${error?.stack ?? error}`);
    }
    console.log(JSON.stringify({ check, model, why }));
  }
}
