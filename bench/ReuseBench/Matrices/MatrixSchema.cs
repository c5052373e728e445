using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReuseBench.Bench.Experiments;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Matrices;

/// <summary>A matrix file as JSON schema (2020-12), for editors that complete and check YAML; made from the settings.</summary>
internal static class MatrixSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson() => new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Matrix of ReuseBench",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray("groups"),
        ["properties"] = new JsonObject
        {
            ["name"] = Text("name of the matrix, part of the name of the run folder"),
            ["description"] = Text("one sentence"),
            ["seed"] = Whole("seed of the order and of the swarms; without it each run has a fresh one, which run.json records", 0),
            ["repeats"] = Whole("repeats of each cell", 1, MatrixReader.MaxRepeats),
            ["budget"] = Text("wall time within which rounds go on until all that is compared is decided, such as 2h; without it each cell has its repeats"),
            ["semantics"] = OneOf("whether the run also tests what the kernel does with the two options", ["on", "off"]),
            ["expect"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "thresholds of the run: a metric by its column, errors, or ratio, with an operator and a value, such as < 50",
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "array") },
            },
            ["defaults"] = Settings("settings of every group that does not name them itself", isGroup: false),
            ["groups"] = new JsonObject
            {
                ["type"] = "array",
                ["minItems"] = 1,
                ["items"] = Settings("the product of its settings, each with one value or a list", isGroup: true),
            },
        },
    }.ToJsonString(Indented);

    private static JsonObject Settings(string description, bool isGroup)
    {
        JsonObject properties = [];
        JsonObject walked = [];
        foreach (Setting setting in CellSettings.OfCells)
        {
            JsonObject one = Value(setting);
            properties[setting.Key] = new JsonObject
            {
                ["description"] = setting.Help,
                ["anyOf"] = new JsonArray(one, new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = one.DeepClone() }),
            };
            walked[setting.Key] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = one.DeepClone() };
        }

        if (isGroup)
        {
            properties["repeats"] = Whole("repeats of each cell of the group", 1, MatrixReader.MaxRepeats);
        }

        properties[MatrixReader.Zip] = new JsonObject
        {
            ["description"] = "lists of one length that are walked together",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = walked,
        };
        return new JsonObject { ["type"] = "object", ["description"] = description, ["additionalProperties"] = false, ["properties"] = properties };
    }

    private static JsonObject Value(Setting setting)
    {
        if (setting.Key == "experiment")
        {
            return Enum([.. ExperimentRegistry.Names]);
        }

        // YAML reads on, off and 0 as other things than text where an editor's parser is of version 1.1.
        return setting.Choices.Count > 0 && setting.Value is not ("on|off" or "0|1")
            ? Enum([.. setting.Choices])
            : new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
    }

    private static JsonObject Enum(string[] choices) => new() { ["enum"] = new JsonArray([.. choices.Select(c => (JsonNode)c)]) };

    private static JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };

    private static JsonObject OneOf(string description, string[] choices)
    {
        JsonObject node = Enum(choices);
        node["description"] = description;
        return node;
    }

    private static JsonObject Whole(string description, int least, int? most = null)
    {
        JsonObject node = new() { ["type"] = "integer", ["description"] = description, ["minimum"] = least };
        if (most is int limit)
        {
            node["maximum"] = limit;
        }

        return node;
    }
}
