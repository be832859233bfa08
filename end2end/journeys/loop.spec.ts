// The whole loop as two new users walk it, in the portal alone: set up, publish, find, subscribe, approve, call, see
// the call, take access away. The backend is httpbin, which describes itself.
import { call, httpbin, problem } from "../fixtures/calls.ts";
import { expect, type Gatehouse, test } from "../fixtures/gatehouse.ts";
import {
  ADA,
  BEN,
  confirm,
  createTeam,
  firstName,
  open,
  shownOnce,
  signIn,
  tab,
  untilShown,
} from "../fixtures/people.ts";
import type { Page } from "@playwright/test";

test("from the set-up link to the first call, and back", async ({ gatehouse, page: ada, otherPage: ben }) => {
  test.slow();
  await test.step("the set-up link makes the administrator", async () => {
    await setUp(ada, gatehouse);
  });
  await test.step("an API from httpbin's own document", async () => {
    await createTeam(ada, "Backends");
    await createApi(ada);
    await publish(ada, gatehouse);
  });
  await test.step("a second person comes in by invitation", async () => {
    await accept(ben, await invite(ada));
  });
  const key = await test.step("who finds the API and asks for access", async () => {
    await createTeam(ben, "Shop");
    await createApplication(ben);
    return subscribe(ben);
  });
  await test.step("and is refused until somebody has decided", async () => {
    const refused = await call(gatehouse, "/httpbin/v1/get", key);
    expect([refused.status, problem(refused)]).toEqual([403, "subscription-pending"]);
    await approve(ada);
  });
  const id = await test.step("the call is answered by httpbin", async () => {
    const answer = await call(gatehouse, "/httpbin/v1/get?item=7", key);
    expect([answer.status, answer.body.args]).toEqual([200, { item: "7" }]);
    expect(answer.headers.get("ratelimit"), "the default plan limits the rate").toBeTruthy();
    await seesFirstCall(ben);
    return answer.id;
  });
  await test.step("and seen by both sides", async () => {
    await findCall(ben, id);
    await findCall(ada, id);
    await seesUsage(ada);
    await seesUsage(ben);
  });
  await test.step("a paused subscription is refused at once", async () => {
    await step(ada, "Pause");
    const paused = await call(gatehouse, "/httpbin/v1/get", key);
    expect([paused.status, problem(paused)]).toEqual([403, "subscription-paused"]);
    await step(ada, "Resume");
    expect((await call(gatehouse, "/httpbin/v1/get", key)).status).toBe(200);
  });
  await test.step("and so is a revoked key", async () => {
    await revoke(ben);
    const revoked = await call(gatehouse, "/httpbin/v1/get", key);
    expect([revoked.status, problem(revoked)]).toEqual([401, "credential-invalid"]);
  });
});

async function setUp(page: Page, gatehouse: Gatehouse) {
  await page.goto(gatehouse.setUpLink);
  await page.getByLabel("Your name").fill(ADA.name);
  await page.getByLabel("E-mail address").fill(ADA.email);
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Create the administrator" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${firstName(ADA)}`);
  const again = await page.request.get(gatehouse.setUpLink);
  expect(again.status(), "the link works once").toBe(404);
}

async function createApi(page: Page) {
  await open(page, "APIs");
  await page.getByRole("link", { name: "New API" }).first().click();
  await page.getByRole("link", { name: "An OpenAPI document" }).click();
  await page.getByLabel("or its address").fill(`${httpbin()}/spec.json`);
  // the document names httpbin.org
  await page.getByLabel(/^Backend/).fill(httpbin());
  await page.getByLabel("Name", { exact: true }).fill("httpbin");
  await page.getByRole("button", { name: "Create the draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "httpbin" })).toBeVisible();
  await tab(page, "httpbin", "Routes");
  await expect(page.getByRole("row").filter({ hasText: "/absolute-redirect/{n}" })).toBeVisible();
}

async function publish(page: Page, gatehouse: Gatehouse) {
  expect((await call(gatehouse, "/httpbin/v1/get")).status, "a draft does not answer").toBe(404);
  await page.getByRole("link", { name: "Review and publish" }).click();
  await page.getByLabel(/^What changed/).fill("First publication");
  await page.getByRole("button", { name: "Publish the draft" }).click();
  await expect(page.locator(".page-title")).toContainText("published", { ignoreCase: true });
  expect((await call(gatehouse, "/httpbin/v1/get")).status, "a published API asks for a key").toBe(401);
}

async function invite(page: Page): Promise<string> {
  await open(page, "Accounts");
  await tab(page, "Accounts", "Invitations");
  await page.getByLabel("E-mail address").fill(BEN.email);
  await page.getByRole("button", { name: "Create invitation" }).click();
  return shownOnce(page);
}

async function accept(page: Page, link: string) {
  await page.goto(link);
  await expect(page.getByText(BEN.email)).toBeVisible();
  await page.getByLabel("Your name").fill(BEN.name);
  await page.getByLabel("Password").fill(BEN.password);
  await page.getByRole("button", { name: "Create my account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Hello, ${firstName(BEN)}`);
  await page.locator("summary").filter({ hasText: "Account:" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, BEN);
}

async function createApplication(page: Page) {
  await open(page, "Applications");
  await page.getByRole("link", { name: "New application" }).first().click();
  await page.getByLabel("Name").fill("checkout");
  await page.getByRole("button", { name: "Create application" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "checkout" })).toBeVisible();
}

/** Ends on the page that waits for the first call; answers the key that it showed. */
async function subscribe(page: Page): Promise<string> {
  await open(page, "Catalogue");
  await page.getByRole("searchbox").fill("httpbin");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("link", { name: "httpbin" }).first().click();
  await page.getByRole("link", { name: "Subscribe", exact: true }).click();
  await expect(page.getByRole("radio", { name: "The team Backends decides" }), "who decides is said before").toBeChecked();
  await page.getByLabel("Application", { exact: true }).selectOption({ label: "checkout (Shop)" });
  await page.getByLabel(/^What for/).fill("To try out calls of the shop");
  await page.getByRole("button", { name: "Subscribe" }).click();
  await expect(page.getByText("The team Backends decides", { exact: true })).toBeVisible();
  const key = await shownOnce(page);
  await page.reload();
  await expect(page.locator(".secret"), "a key is shown once").toHaveCount(0);
  return key;
}

async function approve(page: Page) {
  await open(page, "Home", `Hello, ${firstName(ADA)}`);
  const inbox = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Inbox" });
  await expect(inbox, "the menu counts what waits").toHaveText(/Inbox\s*1/);
  await inbox.click();
  await expect(page.getByText("To try out calls of the shop").first()).toBeVisible();
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page.getByText("Nothing waits for you")).toBeVisible();
  await expect(inbox).toHaveText(/^Inbox$/);
}

async function seesFirstCall(page: Page) {
  await untilShown(page, () => expect(page.getByText("Your call has arrived")).toBeVisible({ timeout: 1_000 }));
  await expect(page.locator("#first-call")).toContainText("200");
}

async function findCall(page: Page, id: string) {
  await open(page, "Calls");
  await page.locator(`a[href="/calls/${id}"]`).click();
  await expect(page.getByText("Answered by the backend")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(id);
}

async function seesUsage(page: Page) {
  await open(page, "Usage");
  const chart = page.getByRole("figure").filter({ has: page.getByRole("heading", { name: "Calls" }) });
  await untilShown(page, () => expect(chart.getByText(/2xx: total 1,/)).toBeVisible({ timeout: 1_000 }));
}

/** Pauses or resumes the only subscription, as the team of the API. */
async function step(page: Page, button: "Pause" | "Resume") {
  await open(page, "APIs");
  await page.getByRole("link", { name: "httpbin" }).click();
  await tab(page, "httpbin", "Consumers");
  await confirm(page, button, button);
  await expect(page.getByRole("status").first()).toBeVisible();
}

async function revoke(page: Page) {
  await open(page, "Applications");
  await page.getByRole("link", { name: "checkout" }).click();
  await tab(page, "Application", "Credentials");
  await confirm(page, "Revoke", "Revoke key");
  await expect(page.getByText("calls with it are refused from now on")).toBeVisible();
}
