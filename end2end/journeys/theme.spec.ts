// Light or dark is chosen in the account menu, holds on every page, and is there from the first byte.
import { expect } from "../fixtures/gatehouse.ts";
import { test } from "../fixtures/house.ts";
import { ADA, open, signIn } from "../fixtures/people.ts";
import type { Page } from "@playwright/test";

test("a theme is chosen and stays", async ({ house, page }) => {
  expect(house.api).toBeTruthy();
  await signIn(page, ADA);
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  await choose(page, "Dark theme");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const dark = await background(page);
  await open(page, "Teams");
  expect(await background(page)).toBe(dark);
  await choose(page, "Light theme");
  await expect(page.getByRole("heading", { level: 1, name: "Teams" }), "it leads back to the page").toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  expect(await background(page)).not.toBe(dark);
});

async function choose(page: Page, theme: string): Promise<void> {
  await page.locator("summary").filter({ hasText: "Account:" }).click();
  await page.getByRole("button", { name: theme }).click();
}

async function background(page: Page): Promise<string> {
  return page.locator("html").evaluate((html) => getComputedStyle(html).backgroundColor);
}
