// What the gateway and the portal say when the answer is no: rejected, over the limit, not there.
import { call, problem } from "../fixtures/calls.ts";
import { expect } from "../fixtures/gatehouse.ts";
import { test } from "../fixtures/house.ts";
import { ADA, BEN, open, signIn, tab, untilShown } from "../fixtures/people.ts";

test("a request is rejected with a reason, and asked again", async ({ gatehouse, house, page: ada, otherPage: ben }) => {
  await house.ben.post(`/applications/${house.application}/subscriptions`, { plan: house.plan, reason: "For fun" });
  await signIn(ada, ADA);
  await open(ada, "Inbox");
  await ada.getByLabel(/^Your answer in a word/).fill("Say what for, please");
  await ada.getByRole("button", { name: "Reject" }).click();
  await expect(ada.getByText("Nothing waits for you")).toBeVisible();
  await ada.getByRole("link", { name: "Decided" }).click();
  await expect(ada.getByText("Say what for, please")).toBeVisible();
  const refused = await call(gatehouse, "/httpbin/v1/get", house.key);
  expect([refused.status, problem(refused)]).toEqual([403, "subscription-rejected"]);

  await signIn(ben, BEN);
  await open(ben, "Applications");
  await ben.getByRole("link", { name: "checkout" }).click();
  await tab(ben, "Application", "Subscriptions");
  await expect(ben.getByText("Say what for, please")).toBeVisible();
  await ben.getByRole("link", { name: "Ask again" }).click();
  await ben.getByRole("link", { name: "Subscribe", exact: true }).click();
  await ben.getByLabel(/^What for/).fill("For the checkout of the shop");
  await ben.getByRole("button", { name: "Subscribe" }).click();
  await expect(ben.getByText("The team Backends decides", { exact: true })).toBeVisible();
});

test("a rate limit holds at once, and is seen", async ({ gatehouse, house, page }) => {
  await signIn(page, ADA);
  await open(page, "APIs");
  await page.getByRole("link", { name: "httpbin" }).click();
  await tab(page, "httpbin", "Plans");
  await page.getByRole("link", { name: "Change", exact: true }).click();
  await page.getByText("Automatic", { exact: true }).click();
  await page.getByLabel(/^Calls\b(?! in all)/).fill("2");
  await page.getByLabel("in any").fill("600");
  await page.getByRole("button", { name: "Save the plan" }).click();
  await expect(page.getByRole("table", { name: "Plans" })).toContainText("2 calls in 600 seconds");

  await house.ben.post(`/applications/${house.application}/subscriptions`, { plan: house.plan });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++) statuses.push((await call(gatehouse, "/httpbin/v1/get", house.key)).status);
  expect(statuses).toEqual([200, 200, 429]);
  const limited = await call(gatehouse, "/httpbin/v1/get", house.key);
  expect(problem(limited)).toBe("rate-limited");
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);

  await open(page, "Calls");
  const row = page.getByRole("row").filter({ hasText: "rate-limited" });
  await untilShown(page, () => expect(row).toHaveCount(2, { timeout: 1_000 }));
  await row.first().getByRole("link").first().click();
  await expect(page.getByRole("main").getByText("The backend was not asked.")).toBeVisible();
});

test("what is not published is not there", async ({ gatehouse, house, page }) => {
  await house.ada.post(`/teams/${house.backends}/apis`, {
    name: "Secret plans",
    slug: "secret",
    kind: "rest",
    upstream: { url: "http://127.0.0.1:9" },
  });
  const answer = await call(gatehouse, "/secret/v1/get", house.key);
  expect([answer.status, problem(answer)]).toEqual([404, "no-route"]);
  await signIn(page, BEN);
  await open(page, "Catalogue");
  await expect(page.getByRole("link", { name: "httpbin" })).toBeVisible();
  await expect(page.getByText("Secret plans")).toHaveCount(0);
});
