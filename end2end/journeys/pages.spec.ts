// Every page of the menu, and those below it, with a week of traffic: light and dark, on a desk and on a phone.
// Leaves screenshots of the main pages in test-results/screens to be looked at; SCREENS=all leaves those of all.
import { expect, test } from "../fixtures/gatehouse.ts";
import { overflowing, violations } from "../fixtures/looks.ts";
import { type Person, signIn } from "../fixtures/people.ts";
import type { Page } from "@playwright/test";

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 800 };
const SCREENS = "test-results/screens";
const SHOWN = ["sign-in", "home", "catalogue", "api", "subscribe", "inbox", "usage", "calls"];

test.use({ starts: "demo" });

/** Pages by name; a pattern is a link on the page before. */
type Pages = [name: string, ...steps: (string | RegExp)[]][];

const OF_PETRA: Pages = [
  ["home", "/"],
  ["inbox", "/inbox"],
  ["usage", "/usage"],
  ["usage-by-application", "/usage?by=application"],
  ["usage-table", "/usage?view=table&by=api"],
  ["calls", "/calls"],
  ["call", "/calls", /^\/calls\/./],
  ["apis", "/apis"],
  ["new-api", "/apis/new"],
  ["new-api-from-document", "/apis/new?from=document"],
  ["new-api-from-models", "/apis/new?from=models"],
  ["new-api-from-prompt", "/apis/new?from=prompt"],
  ["workspace", "/apis", /^\/apis\/(?!new)./],
  ["workspace-design", "/apis", /^\/apis\/(?!new)./, /\/design$/],
  ["workspace-routes", "/apis", /^\/apis\/(?!new)./, /\/routes$/],
  ["workspace-upstream", "/apis", /^\/apis\/(?!new)./, /\/upstream$/],
  ["workspace-plans", "/apis", /^\/apis\/(?!new)./, /\/plans$/],
  ["workspace-plan", "/apis", /^\/apis\/(?!new)./, /\/plans$/, /\/plans\/(?!new)/],
  ["workspace-consumers", "/apis", /^\/apis\/(?!new)./, /\/consumers$/],
  ["workspace-docs", "/apis", /^\/apis\/(?!new)./, /\/docs$/],
  ["workspace-changes", "/apis", /^\/apis\/(?!new)./, /\/changes$/],
  ["workspace-settings", "/apis", /^\/apis\/(?!new)./, /\/settings$/],
  ["api-usage", "/apis", /^\/apis\/(?!new)./, /\/usage$/],
  ["teams", "/teams"],
  ["new-team", "/teams/new"],
  ["team", "/teams", /^\/teams\/(?!new)./],
  ["team-edit", "/teams", /^\/teams\/(?!new)./, /\/edit$/],
  ["profile", "/profile"],
  ["tokens", "/profile/tokens"],
];

const OF_CARL: Pages = [
  ["catalogue", "/catalogue"],
  ["catalogue-nothing-found", "/catalogue?q=nothing+like+this"],
  ["api", "/catalogue/widgets"],
  ["api-reference", "/catalogue/widgets/v1/reference"],
  ["api-operation", "/catalogue/widgets/v1/reference", /\/operations\//],
  ["api-plans", "/catalogue/widgets/v1/plans"],
  ["api-changes", "/catalogue/widgets/v1/changes"],
  ["api-access", "/catalogue/widgets/v1/access"],
  ["subscribe", "/catalogue/widgets/subscribe"],
  ["ai-api", "/catalogue/models"],
  ["ai-api-anthropic", "/catalogue/models?sdk=anthropic"],
  ["deprecated-api", "/catalogue/shipping"],
  ["applications", "/applications"],
  ["new-application", "/applications/new"],
  ["application", "/applications", /^\/applications\/(?!new)./],
  ["application-credentials", "/applications", /^\/applications\/(?!new)./, /\/credentials$/],
  ["application-subscriptions", "/applications", /^\/applications\/(?!new)./, /\/subscriptions$/],
  ["application-calls", "/applications", /^\/applications\/(?!new)./, /\/calls$/],
  ["application-settings", "/applications", /^\/applications\/(?!new)./, /\/settings$/],
];

const OF_ADA: Pages = [
  ["accounts", "/accounts"],
  ["account", "/accounts", /^\/accounts\/./],
  ["invitations", "/invitations"],
  ["roles", "/roles"],
  ["settings", "/settings"],
  ["gateway", "/gateway"],
  ["providers", "/providers"],
  ["new-provider", "/providers/new"],
  ["new-provider-openai", "/providers/new?kind=openai"],
  ["new-provider-bedrock", "/providers/new?kind=bedrock"],
  ["provider", "/providers", /^\/providers\/(?!new)./],
  ["provider-key", "/providers", /^\/providers\/(?!new)./, /\/keys\//],
  ["models", "/models"],
  ["model", "/models", /^\/models\/model/],
  ["new-model", "/models/new"],
  ["models-import", "/models/import"],
  ["audit", "/audit"],
  ["problems", "/problems"],
];

for (const [who, pages] of [["Petra", OF_PETRA], ["Carl", OF_CARL], ["Ada", OF_ADA]] as const) {
  test(`the pages of ${who} @wasm`, async ({ gatehouse, page }) => {
    test.slow();
    const email = `${who.toLowerCase()}@demo.example`;
    const person: Person = { name: who, email, password: gatehouse.printed(/and the password +(\S+)/) };
    const faults = new Faults();
    await page.setViewportSize(DESK);
    await signIn(page, person);
    for (const [name, ...steps] of pages) {
      await test.step(name, async () => {
        await go(page, steps);
        await look(page, name, faults);
      });
    }
    expect(faults.told(), "each fault with the pages that have it").toEqual([]);
  });
}

test("the page for visitors @wasm", async ({ page }) => {
  const faults = new Faults();
  await page.goto("/sign-in");
  await look(page, "sign-in", faults);
  expect(faults.told()).toEqual([]);
});

/** What is wrong, each with the pages where it is. */
class Faults {
  private readonly found = new Map<string, Set<string>>();

  add(page: string, faults: string[]): void {
    for (const fault of faults) this.found.set(fault, (this.found.get(fault) ?? new Set()).add(page));
  }

  told(): string[] {
    return [...this.found].map(([fault, pages]) => `${fault}: ${[...pages].join(", ")}`);
  }
}

async function go(page: Page, steps: (string | RegExp)[]): Promise<void> {
  for (const step of steps) {
    const href = typeof step === "string" ? step : await link(page, step);
    const response = await page.goto(href);
    expect(response?.status(), href).toBe(200);
  }
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** The first link of the content that the pattern fits. */
async function link(page: Page, pattern: RegExp): Promise<string> {
  const hrefs = await page.locator("main a").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const found = hrefs.find((href) => pattern.test(href));
  if (!found) throw new Error(`no link like ${pattern} among ${hrefs.join(" ")}`);
  return found;
}

/** Light and dark, wide and narrow. */
async function look(page: Page, name: string, faults: Faults): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    faults.add(`${name} (${scheme})`, await violations(page));
    await photograph(page, name, scheme);
  }
  await page.setViewportSize(PHONE);
  faults.add(name, await overflowing(page));
  await photograph(page, name, "phone");
  await page.setViewportSize(DESK);
}

async function photograph(page: Page, name: string, how: string): Promise<void> {
  if (process.env.SCREENS !== "all" && !SHOWN.includes(name)) return;
  await page.screenshot({ path: `${SCREENS}/${name}-${how}.png`, fullPage: true });
}
