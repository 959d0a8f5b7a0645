/** The words of each part; one file for each. */

import { account } from "./account";
import { alerts } from "./alerts";
import { approvals } from "./approvals";
import { canvas } from "./canvas";
import { common } from "./common";
import { creator } from "./creator";
import { credentials } from "./credentials";
import { dashboard } from "./dashboard";
import { data } from "./data";
import { executions } from "./executions";
import { panel } from "./panel";
import { running } from "./running";
import { schedules } from "./schedules";
import { settings } from "./settings";
import { shell } from "./shell";
import { tables } from "./tables";
import { tour } from "./tour";
import { variables } from "./variables";
import { versions } from "./versions";
import { webhooks } from "./webhooks";
import { workflows } from "./workflows";

export const en = {
  shell,
  common,
  canvas,
  creator,
  panel,
  data,
  running,
  executions,
  workflows,
  versions,
  credentials,
  variables,
  tables,
  approvals,
  schedules,
  webhooks,
  dashboard,
  alerts,
  settings,
  account,
  tour,
};
