import { GraphPicture } from "~/pages/versions/graph/GraphPicture";
import { isDocument } from "~/pages/versions/graph/picture";
import { useTemplate } from "./useTemplates";

/** What a template looks like; nothing until it is read. */
export function TemplatePicture({ template, name }: { template: string; name: string }) {
  const { data } = useTemplate(template);
  return data && isDocument(data.document) ? (
    <GraphPicture document={data.document} label={name} bare />
  ) : null;
}
