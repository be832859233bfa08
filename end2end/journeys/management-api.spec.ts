// The loop without a browser: `management-api/loop` against an installation whose first account came from the command
// line. Once is enough: no browser is asked, with or without scripts.
import { httpbin } from "../fixtures/calls.ts";
import { test } from "../fixtures/gatehouse.ts";
import { account, ADA, token } from "../fixtures/people.ts";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const LOOP = new URL("../management-api/loop", import.meta.url).pathname;

test("the whole loop through the management API @wasm", async ({ gatehouse }) => {
  account(gatehouse, ADA, "administrator");
  await promisify(execFile)(LOOP, [gatehouse.portal, gatehouse.gateway, token(gatehouse, ADA), httpbin(), "/get"]);
});
