// The demo: its models answer any client that has the key, before and after a restart, and its pages tell what they cost.
import { said, say } from "../fixtures/calls.ts";
import { expect, type Gatehouse, test } from "../fixtures/gatehouse.ts";
import { open, type Person, signIn, untilShown } from "../fixtures/people.ts";

test.use({ starts: "demo" });

test("the models of the demo answer, and still do after a restart", async ({ gatehouse, page }) => {
  const carl: Person = { name: "Carl", email: "carl@demo.example", password: gatehouse.printed(/and the password +(\S+)/) };
  const key = gatehouse.printed(/^Key of Help desk: (\S+)/);
  const id = await asked(gatehouse, key);
  await signIn(page, carl);
  await open(page, "Usage");
  for (const name of ["Tokens", "Cost"]) {
    const chart = page.getByRole("figure").filter({ has: page.getByRole("heading", { name, exact: true }) });
    await expect(chart.getByText(/: total .*[1-9]/).first()).toBeVisible();
  }
  await untilShown(page, async () => {
    await page.goto(`/calls/${id}`);
    await expect(page.getByText("Tokens read")).toBeVisible({ timeout: 1_000 });
  });
  await expect(page.getByRole("main")).toContainText("gpt-5-mini");

  await gatehouse.restart();
  await asked(gatehouse, key);
});

/** Calls the model that each alias has first, in the dialect of its vendor or in another; answers the last call's id. */
async function asked(gatehouse: Gatehouse, key: string): Promise<string> {
  const writer = await say(gatehouse, "models", key, "writer", "a letter");
  expect([writer.status, said(writer)]).toEqual([200, "You said: a letter"]);
  const assistant = await say(gatehouse, "models", key, "assistant", "hello there");
  expect([assistant.status, said(assistant)]).toEqual([200, "You said: hello there"]);
  return assistant.id;
}
