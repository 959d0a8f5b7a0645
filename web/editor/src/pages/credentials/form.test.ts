import { describe, expect, test } from "vitest";
import type { models } from "~/api/client";
import { begun, changed, fieldsOf, given, isShown, wrongs } from "./form";

const OAUTH: models.TypeShown = {
  type: "http_oauth2",
  title: "OAuth2",
  package: "penstock/http",
  kind: "oauth2",
  hosts: [],
  tested: false,
  schema: {
    required: ["token_url"],
    properties: {
      grant: {
        enum: ["authorization_code", "device_code"],
        default: "authorization_code",
        "x-ui": { titles: ["In the browser", "On another device"] },
      },
      token_url: { type: "string", minLength: 1 },
      device_url: {
        type: "string",
        "x-ui": { required: true, showIf: { grant: ["device_code"] } },
      },
      client_secret: { type: "string", writeOnly: true },
      port: { type: "integer", minimum: 1, maximum: 65_535 },
    },
  },
};
const KNOWN: models.CredentialsListed = {
  id: "cr_1",
  name: "Acme",
  type: "http_oauth2",
  scheme: "oauth2",
  version: 1,
  hosts: ["https://api.acme.com"],
  public: { grant: "authorization_code", token_url: "https://acme.com/token" },
  filled: ["client_secret"],
  created_ms: 0,
  created_by: "",
  updated_ms: 0,
  updated_by: "",
  used_ms: null,
  entered_ms: 0,
  rotate_days: null,
  due_ms: null,
  tested_ms: null,
  test_error: null,
  expires_ms: null,
};
const FIELDS = fieldsOf(OAUTH.schema);

describe("the form of a credential", () => {
  test("begins with what the type proposes", () => {
    const entered = begun(FIELDS, "OAuth2");
    expect(entered.values.grant).toBe("authorization_code");
    expect(entered.name).toBe("OAuth2");
    expect(FIELDS[0]?.choices).toEqual([
      ["authorization_code", "In the browser"],
      ["device_code", "On another device"],
    ]);
  });

  test("shows a field only where others ask for it, and wants it only then", () => {
    const device = FIELDS.find((field) => field.name === "device_url");
    const entered = { ...begun(FIELDS, "A"), hosts: "https://a.com" };
    expect(device && isShown(device, entered.values)).toBe(false);
    expect(wrongs(OAUTH, entered)).toEqual({ token_url: "missing" });
    const other = { ...entered, values: { ...entered.values, grant: "device_code" } };
    expect(wrongs(OAUTH, other)).toMatchObject({ device_url: "missing" });
  });

  test("takes no credential for any host, and none without hosts", () => {
    const entered = begun(FIELDS, "A");
    expect(wrongs(OAUTH, entered)["@hosts"]).toBe("missing");
    expect(wrongs(OAUTH, { ...entered, hosts: "*" })["@hosts"]).toBe("anyHost");
    expect(wrongs(OAUTH, { ...entered, hosts: "https://a.com/path" })["@hosts"]).toBe("host");
    expect(wrongs(OAUTH, { ...entered, hosts: "https://a.com" })["@hosts"]).toBeUndefined();
  });

  test("looks at the range of a number and of the days", () => {
    const entered = { ...begun(FIELDS, "A"), rotateDays: "0" };
    const wrong = wrongs(OAUTH, { ...entered, values: { ...entered.values, port: "70000" } });
    expect(wrong).toMatchObject({ port: "number", "@rotateDays": "days" });
  });

  test("sends numbers as numbers, and nothing that is empty or not shown", () => {
    const entered = begun(FIELDS, "A");
    const values = {
      ...entered.values,
      token_url: "https://t",
      device_url: "https://d",
      port: "8",
    };
    const body = given(OAUTH, { ...entered, values, hosts: "https://a.com, https://b.com" });
    expect(body.fields).toEqual({ grant: "authorization_code", token_url: "https://t", port: 8 });
    expect(body.hosts).toEqual(["https://a.com", "https://b.com"]);
  });

  test("a secret that nobody touched is neither asked for nor sent", () => {
    const entered = begun(FIELDS, "", KNOWN);
    expect(wrongs(OAUTH, entered, KNOWN)).toEqual({});
    expect(changed(OAUTH, entered, KNOWN)).toEqual({});
  });

  test("a change sends what is different, and null for what was emptied", () => {
    const entered = begun(FIELDS, "", KNOWN);
    const body = changed(
      OAUTH,
      {
        ...entered,
        name: "Acme 2",
        values: { ...entered.values, token_url: "https://new" },
        emptied: ["client_secret"],
        rotateDays: "90",
      },
      KNOWN,
    );
    expect(body).toEqual({
      name: "Acme 2",
      fields: { client_secret: null, token_url: "https://new" },
      rotate_days: 90,
    });
  });

  test("a secret that would go to another place is asked for again", () => {
    const entered = begun(FIELDS, "", KNOWN);
    const wider = { ...entered, hosts: "https://api.acme.com\nhttps://other.example.com" };
    const turned = { ...entered, values: { ...entered.values, token_url: "https://other" } };
    expect(wrongs(OAUTH, wider, KNOWN)).toEqual({ client_secret: "again" });
    expect(wrongs(OAUTH, turned, KNOWN)).toEqual({ client_secret: "again" });
    const again = { ...wider, values: { ...wider.values, client_secret: "new" } };
    expect(wrongs(OAUTH, again, KNOWN)).toEqual({});
    expect(wrongs({ ...OAUTH, kind: "bearer" }, turned, KNOWN)).toEqual({});
  });

  test("a secret that moves elsewhere is sent as a reference and not as a value", () => {
    const entered = begun(FIELDS, "", KNOWN);
    const elsewhere = { client_secret: "vault:kv/acme#secret" };
    expect(changed(OAUTH, { ...entered, elsewhere }, KNOWN)).toEqual({ references: elsewhere });
  });
});
