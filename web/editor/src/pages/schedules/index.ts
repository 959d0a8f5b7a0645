export { Schedules } from "./Schedules";
