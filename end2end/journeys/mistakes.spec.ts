// Forms that are filled in wrongly, and pages that are not for everybody: what was typed is kept, and the words say
// what to do.
import { expect, test as bare } from "../fixtures/gatehouse.ts";
import { test } from "../fixtures/house.ts";
import { account, ADA, BEN, open, signIn } from "../fixtures/people.ts";

// the browser itself notes every page that is not 200
const NOTED = /Failed to load resource: the server responded with a status of 40[34]/;

test("a wrong password says so, keeps the address and lets in with the right one", async ({ house, page }) => {
  expect(house.api).toBeTruthy();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(ADA.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("E-mail address or password is wrong.")).toBeVisible();
  await expect(page.getByLabel("E-mail address")).toHaveValue(ADA.email);
  await expect(page.getByLabel("Password")).toHaveValue("");
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Hello, Ada" })).toBeVisible();
});

const BROKEN = `openapi: 3.1.0
info:
  title: Broken <textarea> & "quotes"
  version: 1
paths:
  /pets:
    get: "not an operation"
`;

test("a document with a mistake is kept, and the line is named", async ({ house, page }) => {
  expect(house.api).toBeTruthy();
  await signIn(page, ADA);
  await open(page, "APIs");
  await page.getByRole("link", { name: "New API" }).first().click();
  await page.getByRole("link", { name: "An OpenAPI document" }).click();
  await page.getByLabel("Paste a document").fill(BROKEN);
  await page.getByLabel("Name", { exact: true }).fill("Pet store");
  await page.getByRole("button", { name: "Create the draft" }).click();
  await expect(page.getByText(/line 7\b/i).first()).toBeVisible();
  await expect(page.getByLabel("Paste a document")).toHaveValue(BROKEN);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Pet store");
  await page.getByLabel("Paste a document").fill(BROKEN.replace('"not an operation"', "{ summary: All pets }"));
  await page.getByLabel(/^Backend/).fill("http://127.0.0.1:9");
  await page.getByRole("button", { name: "Create the draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Pet store" })).toBeVisible();
});

test("a slug is taken once, and what was typed is kept", async ({ house, page }) => {
  expect(house.api).toBeTruthy();
  await signIn(page, ADA);
  await open(page, "APIs");
  await page.getByRole("link", { name: "New API" }).first().click();
  await page.getByLabel(/^Backend/).fill("http://127.0.0.1:9");
  await page.getByLabel("Name", { exact: true }).fill("Another bin");
  await page.getByLabel(/^Slug/).fill("httpbin");
  await page.getByRole("button", { name: "Create the draft" }).click();
  const slug = page.getByLabel(/^Slug/);
  await expect(slug).toHaveAttribute("aria-invalid", "true");
  await expect(slug).toHaveValue("httpbin");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Another bin");
});

test.describe("pages that are not for everybody", () => {
  test.use({ expectedConsole: [NOTED] });

  test("a member is told which role opens a page", async ({ house, page }) => {
    await signIn(page, BEN);
    await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" })).toHaveCount(0);
    const forbidden = await page.goto("/accounts");
    expect(forbidden?.status()).toBe(403);
    await expect(page.getByRole("alert")).toContainText("administrator");
    const foreign = await page.goto(`/apis/${house.api}`);
    expect(foreign?.status(), "what one may not see is not there").toBe(404);
  });

  test("a page that is not there leads home", async ({ house, page }) => {
    await signIn(page, BEN);
    const missing = await page.goto("/no-such-page");
    expect(missing?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.getByRole("link", { name: "Back to the start page" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Hello, Ben" })).toBeVisible();
    expect((await page.goto(`/teams/${house.backends}`))?.status()).toBe(404);
  });
});

bare("a visitor is led to sign in, and back to the page", async ({ gatehouse, page }) => {
  account(gatehouse, ADA, "administrator");
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("E-mail address").fill(ADA.email);
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
});
