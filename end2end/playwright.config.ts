// The browser journeys: Debian's Chromium with the wasm islands; the loop and the forms once more with scripts off.
// A test that needs an island says so with the tag @wasm and is left out where there are no scripts.
import { defineConfig, devices } from "@playwright/test";

export default defineConfig({
  testDir: "journeys",
  // a run's own: another run that begins meanwhile empties its folder
  outputDir: `${process.env.JOURNEYS_FOLDER ?? "test-results"}/results`,
  timeout: 240_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // they wait more than they work
  workers: 3,
  // what pages look like and how forms take mistakes has nothing to do with the database
  testIgnore: process.env.JOURNEYS_POSTGRES_URL ? ["mistakes.spec.ts", "pages.spec.ts", "theme.spec.ts"] : [],
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    headless: true,
    actionTimeout: 30_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      // Root has no sandbox in a container; the rest keeps the browser from calling out by itself.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "wasm" },
    {
      name: "no-script",
      use: { javaScriptEnabled: false },
      testMatch: ["loop.spec.ts", "mistakes.spec.ts", "models.spec.ts"],
      grepInvert: /@wasm/,
    },
  ],
});
