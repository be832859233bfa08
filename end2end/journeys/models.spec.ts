// Models as a person connects, offers and asks them, in the portal alone: a vendor, an API of one of its models and one of a
// prompt, a key for them, answers, and what those cost. The vendor is simulated; the model's name is of one that has a price.
import { problem, prompt, said, say, vendor } from "../fixtures/calls.ts";
import { expect, type Gatehouse, test } from "../fixtures/gatehouse.ts";
import { account, ADA, createTeam, firstName, open, shownOnce, signIn, untilShown } from "../fixtures/people.ts";
import { compare, createPrompt } from "../fixtures/prompts.ts";
import type { Page } from "@playwright/test";

const MODEL = "gpt-4o-mini";
const DEARER = "gpt-4o";

test("from a vendor's key to an answer and its cost", async ({ gatehouse, page }) => {
  test.slow();
  account(gatehouse, ADA, "administrator");
  await signIn(page, ADA);
  await test.step("a vendor is connected and tested", async () => {
    await connect(page);
  });
  await test.step("one of its models becomes an API", async () => {
    await createTeam(page, "Backends");
    await createApi(page);
    await publish(page);
  });
  const key = await test.step("which an application subscribes to", async () => {
    await createApplication(page);
    await subscribe(page, "Assistant");
    const key = await shownOnce(page);
    const refused = await say(gatehouse, "assistant", key, "helper", "hello");
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([403, expect.stringContaining("subscription-pending")]);
    await approve(page);
    return key;
  });
  const id = await test.step("and which answers", async () => ask(gatehouse, key));
  await test.step("the pages tell what the model read and wrote, and what that cost", async () => {
    // 4 tokens at $0.15 and 6 at $0.60 for a million
    await seesCall(page, id, "$0.0000042");
    await seesUsage(page);
  });
  await test.step("a prompt becomes an API of its own, after it was tried beside another model", async () => {
    await createPrompt(page, "Titles", MODEL);
    await compare(page, "a gate", DEARER);
    await publish(page);
    await subscribe(page, "Titles");
    await approve(page);
    const title = await prompt(gatehouse, "titles", key, { text: "a bridge" });
    expect([title.status, title.body.output], problem(title)).toEqual([200, "You said: A title for: a bridge"]);
    // 8 tokens at $0.15 and 7 at $0.60 for a million
    await seesCall(page, title.id, "$0.0000054");
  });
  await test.step("a connection that is switched off is called no more", async () => {
    await switchOff(page);
    const refused = await say(gatehouse, "assistant", key, "helper", "hello");
    expect(refused.status, problem(refused)).toBe(503);
  });
});

async function connect(page: Page) {
  await open(page, "Providers");
  await page.getByRole("link", { name: "Connect a vendor" }).first().click();
  await page.getByRole("searchbox").fill("openai");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("main").getByRole("link", { name: /^OpenAI/ }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Simulated OpenAI");
  await page.getByLabel("Address").fill(`${vendor()}/v1`);
  await page.getByLabel("Secret").fill("bad-key-of-the-vendor");
  await page.getByRole("button", { name: "Connect" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Simulated OpenAI" })).toBeVisible();
  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(page.getByText(/^Answered with status 401/).first(), "the vendor refuses the key").toBeVisible();

  await page.getByRole("table", { name: "Keys" }).getByRole("link").first().click();
  await page.getByLabel("Secret").fill("good-key-of-the-vendor");
  await page.getByRole("button", { name: "Replace the secret" }).click();
  await open(page, "Providers");
  await page.getByRole("link", { name: "Simulated OpenAI" }).click();
  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(page.getByText(/^Answered in \d+ ms/)).toBeVisible();
  await expect(page.getByRole("main"), "no secret is shown").not.toContainText("key-of-the-vendor");
}

async function createApi(page: Page) {
  await open(page, "APIs");
  await page.getByRole("link", { name: "New API" }).first().click();
  await page.getByRole("link", { name: "AI models" }).click();
  const first = page.getByRole("group", { name: "Model", exact: true });
  await first.getByLabel("Model").fill(MODEL);
  await first.getByLabel("Callers say").fill("helper");
  await page.getByLabel("Name", { exact: true }).fill("Assistant");
  await page.getByRole("button", { name: "Create the draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Assistant" })).toBeVisible();
}

async function publish(page: Page) {
  await page.getByRole("link", { name: "Review and publish" }).click();
  await page.getByLabel(/^What changed/).fill("First publication");
  await page.getByRole("button", { name: "Publish the draft" }).click();
  await expect(page.locator(".page-title")).toContainText("published", { ignoreCase: true });
}

async function createApplication(page: Page) {
  await open(page, "Applications");
  await page.getByRole("link", { name: "New application" }).first().click();
  await page.getByLabel("Name").fill("help desk");
  await page.getByRole("button", { name: "Create application" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "help desk" })).toBeVisible();
}

/** The page of the API has shown how it is called: of models, how the vendor's own libraries are told of it. */
async function subscribe(page: Page, api: string) {
  await open(page, "Catalogue");
  await page.getByRole("link", { name: api }).first().click();
  await expect(page.getByRole("main")).toContainText(`/${api.toLowerCase()}/v1`);
  if (api === "Assistant") await expect(page.getByRole("main")).toContainText("OpenAI(");
  await page.getByRole("link", { name: "Subscribe", exact: true }).click();
  await page.getByLabel("Application", { exact: true }).selectOption({ label: "help desk (Backends)" });
  await page.getByLabel(/^What for/).fill("To answer customers");
  await page.getByRole("button", { name: "Subscribe" }).click();
}

async function approve(page: Page) {
  await open(page, "Home", `Hello, ${firstName(ADA)}`);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Inbox" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Nothing waits for you")).toBeVisible();
}

/** Answers the id of the call. */
async function ask(gatehouse: Gatehouse, key: string): Promise<string> {
  const answer = await say(gatehouse, "assistant", key, "helper", "what opens a gate?");
  expect([answer.status, said(answer)]).toEqual([200, "You said: what opens a gate?"]);
  expect(answer.body.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 6 });
  return answer.id;
}

async function seesCall(page: Page, id: string, cost: string) {
  await open(page, "Calls");
  await untilShown(page, () => expect(page.locator(`a[href="/calls/${id}"]`)).toBeVisible({ timeout: 1_000 }));
  await page.locator(`a[href="/calls/${id}"]`).click();
  const main = page.getByRole("main");
  await expect(main).toContainText(MODEL);
  await expect(main).toContainText(cost);
}

async function seesUsage(page: Page) {
  await open(page, "Usage");
  const chart = page.getByRole("figure").filter({ has: page.getByRole("heading", { name: "Tokens", exact: true }) });
  await untilShown(page, () => expect(chart.getByText(/Read: total 4,/)).toBeVisible({ timeout: 1_000 }));
  await expect(chart.getByText(/Written: total 6,/)).toBeVisible();
}

async function switchOff(page: Page) {
  await open(page, "Providers");
  await page.getByRole("link", { name: "Simulated OpenAI" }).click();
  await page.getByLabel("May be called").uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Switched off").first()).toBeVisible();
}
