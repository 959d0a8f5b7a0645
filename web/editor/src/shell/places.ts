/** The screens that the navigation leads to. */

import {
  Bell,
  CalendarClock,
  ChartLine,
  ClipboardCheck,
  KeyRound,
  LayoutTemplate,
  ListChecks,
  type LucideIcon,
  Settings,
  Table2,
  Variable,
  Webhook,
  Workflow,
} from "lucide-react";

export interface Place {
  readonly to: string;
  /** Of the shell's words. */
  readonly word: string;
  readonly icon: LucideIcon;
  /** Without it the place is not shown. */
  readonly grant: string;
  /** What a phone has at its lower edge; the others are behind a button. */
  readonly phone?: boolean;
  /** A line stands before it. */
  readonly apart?: boolean;
}

export const PLACES: readonly Place[] = [
  {
    to: "/workflows",
    word: "workflows",
    icon: Workflow,
    grant: "workflow:read",
    phone: true,
  },
  {
    to: "/executions",
    word: "executions",
    icon: ListChecks,
    grant: "execution:read",
    phone: true,
  },
  {
    to: "/approvals",
    word: "approvals",
    icon: ClipboardCheck,
    grant: "execution:read",
    phone: true,
  },
  { to: "/templates", word: "templates", icon: LayoutTemplate, grant: "template:read" },
  {
    to: "/credentials",
    word: "credentials",
    icon: KeyRound,
    grant: "credential:read",
    apart: true,
  },
  { to: "/variables", word: "variables", icon: Variable, grant: "variable:read" },
  { to: "/tables", word: "tables", icon: Table2, grant: "table:read" },
  { to: "/schedules", word: "schedules", icon: CalendarClock, grant: "schedule:read" },
  { to: "/webhooks", word: "webhooks", icon: Webhook, grant: "webhook:read" },
  {
    to: "/dashboard",
    word: "dashboard",
    icon: ChartLine,
    grant: "usage:read",
    phone: true,
    apart: true,
  },
  { to: "/alerts", word: "alerts", icon: Bell, grant: "workspace:write" },
  { to: "/settings", word: "settings", icon: Settings, grant: "account:read" },
];
