using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Index;
using ReuseBench.Reports.Topics.Expectations;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>What there is to say of a run that has ended, or whose report was made again.</summary>
/// <param name="Manifest">As it was last written; null where there is none.</param>
/// <param name="Paths">The report.</param>
internal sealed record RunEnd(RunManifest? Manifest, ReportPaths Paths)
{
    /// <summary>What a run with a budget left open; null for any other.</summary>
    public OpenComparisons? Open { get; init; }

    /// <summary>Why the exit code is not 0, one line each.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; init; }
}

/// <summary>
/// What a run prints at its end, and <c>report</c> again: the sentences of the report's first screen, a table for each experiment, what was left out,
/// and where the report is.
/// </summary>
internal static class RunSummary
{
    /// <summary>What stands in a text of a table, and what it means.</summary>
    private static readonly (Func<string, bool> IsIn, string Meaning)[] Legend =
    [
        (t => t.EndsWith('*'), "* limited: valid with caveats, explained in the report"),
        (t => t.EndsWith('°'), "° fewer than three valid repeats: not to be published"),
    ];

    /// <param name="end">The run.</param>
    /// <param name="form">For people or for programs.</param>
    public static void Print(RunEnd end, OutputForm form)
    {
        if (form.IsJson)
        {
            Console.Out.WriteLine(RunJson.OfRun(end));
        }
        else
        {
            Print(end, RunConsole.Create());
        }
    }

    /// <param name="end">The run.</param>
    /// <param name="console">Where to.</param>
    public static void Print(RunEnd end, IAnsiConsole console)
    {
        Summary summary = end.Paths.Summary;
        WriteLines(console, SentencesOf(summary));
        foreach (ResultTable table in summary.Tables)
        {
            SummaryTable.Print(table, console);
        }

        string[] texts = [.. summary.Tables.SelectMany(t => t.Rows).SelectMany(r => r.Texts)];
        string[] meant =
        [
            .. summary.Tables.SelectMany(t => t.Columns).Where(c => c.Meaning.Length > 0).Select(c => $"{c.Title}: {c.Meaning}").Distinct(),
            .. Legend.Where(l => texts.Any(l.IsIn)).Select(l => l.Meaning),
        ];
        if (meant.Length > 0)
        {
            console.WriteLine();
            WriteLines(console, meant);
            console.WriteLine();
        }

        WriteLines(console, end.Manifest?.Skipped ?? []);
        WriteLines(console, end.Paths.Expectations.Select(ExpectationTopic.Line));
        if (end.Open is { } open)
        {
            RunConsole.WriteLine(console, open.Describe());
        }

        if (end.Manifest is { OverheadShare: double share } manifest)
        {
            console.WriteLine($"took {RunClock.Format(TimeSpan.FromSeconds(manifest.WallS))}, of it {share:0.0 %} overhead (start-up and teardown)");
        }

        RunConsole.WriteFile(console, "report: ", end.Paths.Html);
    }

    /// <summary>The one place that says which sentences the terminal has.</summary>
    internal static IEnumerable<string> SentencesOf(Summary summary) => summary.First.Results.Concat(summary.First.NextSteps.Select(next => $"Next: {next}"));

    private static void WriteLines(IAnsiConsole console, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            RunConsole.WriteLine(console, line);
        }
    }
}

/// <summary>A run, or the plan of one, as one JSON document. Keys are stable; texts are those of the terminal.</summary>
internal static class RunJson
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="end">The run.</param>
    public static string OfRun(RunEnd end)
    {
        ReportPaths paths = end.Paths;
        return new JsonObject
        {
            ["run_id"] = end.Manifest?.RunId,
            ["status"] = end.Manifest is { } manifest ? Names.Of(manifest.Status) : null,
            ["exit_code"] = end.ExitCode,
            ["problems"] = Texts(end.Problems),
            ["report"] = paths.Html,
            ["markdown"] = paths.Markdown,
            ["wall_s"] = end.Manifest?.WallS,
            ["overhead_share"] = end.Manifest?.OverheadShare,
            ["verdicts"] = Object(paths.Repeats.CountBy(r => r.Verdict).OrderBy(g => g.Key).Select(g => (Names.Of(g.Key), (JsonNode?)g.Value))),
            ["sentences"] = Texts(RunSummary.SentencesOf(paths.Summary)),
            ["experiments"] = new JsonArray([.. paths.Summary.Tables.Select(Table)]),
            ["expect"] = new JsonArray([.. paths.Expectations.Select(e => new JsonObject
            {
                ["threshold"] = e.Expectation.Text,
                ["standing"] = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{e.Standing}"),
            })]),
            ["skipped"] = Texts(end.Manifest?.Skipped ?? []),
            ["findings"] = File.Exists(paths.Findings) ? JsonNode.Parse(File.ReadAllText(paths.Findings))?["findings"]?.DeepClone() : null,
        }.ToJsonString(Readable);
    }

    /// <param name="index">As it was written.</param>
    public static string OfIndex(IndexPaths index) =>
        new JsonObject { ["index"] = index.Html, ["runs"] = index.Runs, ["left_out"] = index.LeftOut }.ToJsonString(Readable);

    /// <summary>Of a command that was ended before it had a result.</summary>
    public static string OfInterrupted() =>
        new JsonObject { ["status"] = Names.Of(RunStatus.Interrupted), ["exit_code"] = ExitCodes.Interrupted }.ToJsonString();

    /// <param name="options">What is planned.</param>
    /// <param name="estimate">How long it takes.</param>
    public static string OfPlan(RunOptions options, Duration estimate)
    {
        IReadOnlyDictionary<string, string> labels = CellLabels.Of(options.Matrix.Cells.Select(c => c.Cell));
        return new JsonObject
        {
            ["matrix"] = options.Matrix.Name,
            ["folder"] = options.Folder,
            ["measurements"] = options.Plan.Repeats.Count,
            ["estimate_s"] = Math.Round(estimate.Seconds, 1),
            ["budget_s"] = options.Budget?.Seconds,
            ["cells"] = new JsonArray([.. options.Matrix.Cells.Select(c => new JsonObject
            {
                ["cell_id"] = c.Cell.Id, ["label"] = labels[c.Cell.Id], ["repeats"] = c.Repeats,
            })]),
            ["skipped"] = Texts(options.Skipped),
        }.ToJsonString(Readable);
    }

    private static JsonObject Table(ResultTable table) => new()
    {
        ["experiment"] = table.Experiment,
        ["verdicts"] = table.Verdicts,
        ["rows"] = new JsonArray([.. table.Rows.Select(row => Object(
            row.Texts.Select((text, i) => (table.Columns[i].Title, (JsonNode?)(text.Length == 0 ? null : text))).Prepend(("load", row.Load))))]),
    };

    private static JsonObject Object(IEnumerable<(string Key, JsonNode? Value)> members) => new(members.Select(m => KeyValuePair.Create(m.Key, m.Value)));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode?)t)]);
}
