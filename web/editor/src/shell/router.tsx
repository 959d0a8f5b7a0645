/** Which screen is at which address. Every screen is loaded when it is first shown. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { cache, ME, readMe } from "~/api/queries";
import { Loading } from "~/ui";
import { NotFound } from "./NotFound";
import { bringStep } from "./returned";
import { ScreenFailure } from "./ScreenFailure";
import { Shell } from "./Shell";
import { type SCREENS, screenFile } from "./screens";

const root = createRootRoute({ notFoundComponent: NotFound });

/** Screens for who is signed in; everybody else is asked to, and comes back here. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ location }) => {
    forwardLinks(location.search as Record<string, unknown>);
    forwardReturn(location.hash);
    const me = await cache.fetchQuery({ queryKey: ME, queryFn: readMe, staleTime: 60_000 });
    if (!me) {
      throw redirect({ to: "/sign-in", search: { next: location.href } });
    }
  },
});

/** Links of the server carry what they are for behind the front page: `/?setup=…`. */
const LINKS = { setup: "/setup", invitation: "/invitation", reset: "/reset" } as const;

function forwardLinks(search: Record<string, unknown>): void {
  for (const [name, to] of Object.entries(LINKS)) {
    if (typeof search[name] === "string") {
      throw redirect({ to, search: { token: search[name] } });
    }
  }
}

/** Who comes back from another place to sign in with brings behind `#` what came of it. */
function forwardReturn(hash: string): void {
  const [name = "", value = ""] = hash.replace(/^#/, "").split("=");
  if (name === "sign-in-step" && value) {
    bringStep(value);
    throw redirect({ to: "/sign-in" });
  }
  if (name === "sign-in-failed" && value) {
    throw redirect({ to: "/sign-in", search: { failed: value } });
  }
}

/** A search of any shape: each screen reads its own. */
const anySearch = (search: Record<string, unknown>): Record<string, unknown> => search;

type File = keyof typeof SCREENS;

/** A part of a file of screens, loaded when it is first shown. */
function part(file: File, name: string) {
  type Load = Parameters<typeof lazyRouteComponent>[0];
  return lazyRouteComponent((() => screenFile(file)) as Load, name);
}

function screen<const Path extends string>(path: Path, file: File, name: string) {
  return createRoute({
    getParentRoute: () => inside,
    path,
    validateSearch: anySearch,
    component: part(file, name),
  });
}

function door<const Path extends string>(path: Path, file: File, name: string) {
  return createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: anySearch,
    // Somebody may be signed in: then what he sends from here is signed as everything else is.
    beforeLoad: async () => {
      await cache
        .fetchQuery({ queryKey: ME, queryFn: readMe, staleTime: 60_000 })
        .catch(() => null);
    },
    component: part(file, name),
  });
}

const tree = root.addChildren([
  inside.addChildren([
    screen("/", "workflows", "Home"),
    screen("/workflows", "workflows", "Workflows"),
    screen("/workflows/$workflow", "editor", "EditorPage"),
    screen("/workflows/$workflow/executions", "executions", "OfWorkflow"),
    screen("/workflows/$workflow/versions", "versions", "Versions"),
    screen("/workflows/$workflow/webhooks", "webhooks", "OfWorkflow"),
    screen("/executions", "executions", "Executions"),
    screen("/executions/compare", "executions", "Compare"),
    screen("/executions/$execution", "executions", "Execution"),
    screen("/templates", "workflows", "Templates"),
    screen("/credentials", "credentials", "Credentials"),
    screen("/variables", "variables", "Variables"),
    screen("/tables", "tables", "Tables"),
    screen("/tables/$table", "tables", "OneTable"),
    screen("/approvals", "approvals", "Approvals"),
    screen("/schedules", "schedules", "Schedules"),
    screen("/webhooks", "webhooks", "Webhooks"),
    screen("/webhooks/$webhook", "webhooks", "OneWebhook"),
    screen("/dashboard", "dashboard", "Dashboard"),
    screen("/alerts", "alerts", "Alerts"),
    screen("/settings", "settings", "Settings"),
    screen("/settings/$section", "settings", "Settings"),
    // Who is signed in keeps the way around where there is nothing.
    createRoute({ getParentRoute: () => inside, path: "$", component: NotFound }),
  ]),
  door("/sign-in", "account", "SignIn"),
  door("/setup", "account", "SetUp"),
  door("/invitation", "account", "Invitation"),
  door("/forgotten", "account", "Forgotten"),
  door("/reset", "account", "Reset"),
  door("/register", "account", "Register"),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Loading lines={8} />,
  defaultErrorComponent: ScreenFailure,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
