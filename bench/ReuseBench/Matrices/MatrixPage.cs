using System.Text;
using System.Text.Json.Nodes;
using ReuseBench.Bench.Experiments;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Matrices;

/// <summary>The tables of <c>docs/MATRIX.md</c>: every key of a matrix, made from the settings and the experiments.</summary>
internal static class MatrixPage
{
    private static readonly (SettingOwner Owner, string Title)[] Sections =
    [
        (SettingOwner.Cell, "The cell"),
        (SettingOwner.Server, "The server"),
        (SettingOwner.Load, "The load"),
        (SettingOwner.Restart, "The restart"),
    ];

    public static string ToMarkdown()
    {
        StringBuilder page = new();
        page.Append("## The file\n\n").Append(TopKeys()).Append('\n');
        page.Append("## Experiments\n\n").Append(Experiments());
        List<Probe> probes = [.. Probe.All()];
        foreach ((SettingOwner owner, string title) in Sections)
        {
            page.Append($"\n## {title}\n\n");
            MarkdownTable table = new("key", "meaning", "values", "unit", "default", "role", "applies to");
            foreach (Setting setting in CellSettings.OfCells.Where(s => s.Owner == owner))
            {
                table.Row(
                    MarkdownTable.Code(setting.Key), MarkdownTable.Sentence(setting.Help), Values(setting), Unit(setting),
                    MarkdownTable.Code(setting.Default ?? ""), Names.Of(setting.Role), Reach.Of(setting, probes));
            }

            page.Append(table);
        }

        page.Append("\n## What the values mean\n");
        foreach (Setting setting in CellSettings.OfCells)
        {
            if (Meanings.Of(setting) is { Count: > 0 } choices)
            {
                page.Append($"\n### {setting.Key}\n\n").Append(new MarkdownTable("value", "meaning").Rows(choices));
            }
        }

        return page.ToString();
    }

    /// <summary>As the schema has them, where each is described.</summary>
    private static MarkdownTable TopKeys()
    {
        MarkdownTable table = new("key", "meaning", "values");
        foreach ((string key, JsonNode? node) in JsonNode.Parse(MatrixSchema.ToJson())!["properties"]!.AsObject())
        {
            JsonObject value = node!.AsObject();
            string values = value["enum"] is JsonArray choices ? string.Join(", ", choices.Select(c => MarkdownTable.Code($"{c}")))
                : value["type"]?.ToString() switch
                {
                    "integer" => $"{value["minimum"]}{(value["maximum"] is { } most ? $" to {most}" : " or more")}",
                    "string" => "text",
                    "array" => "a list of groups",
                    _ => "keys with values",
                };
            string meaning = value["description"]?.ToString() ?? value["items"]!["description"]!.ToString();
            table.Row(MarkdownTable.Code(key), MarkdownTable.Sentence(meaning), values);
        }

        return table
            .Row(MarkdownTable.Code("repeats"), "In a group: repeats of each of its cells.", $"1 to {MatrixReader.MaxRepeats}")
            .Row(MarkdownTable.Code(MatrixReader.Zip), "In a group: lists of one length that are walked together, not multiplied.", "keys with lists");
    }

    private static MarkdownTable Experiments() =>
        new MarkdownTable("experiment", "measures").Rows(ExperimentRegistry.All.Select(e => (e.Kind.Name, e.Meaning)));

    private static string Values(Setting setting)
    {
        string form = setting switch
        {
            { Key: "experiment" } => "see above",
            { Choices.Count: > 0 } => string.Join(", ", setting.Choices.Select(MarkdownTable.Code)),
            _ => string.Join(", ", setting.Value.Split('|').Select(MarkdownTable.Code)),
        };
        string? limits = RangeOf(setting, Cell.Blank);
        bool isOfOthers = limits != RangeOf(setting, Cell.Blank with { Load = new LoadSettings { Warmup = Duration.FromSeconds(7) } });
        string range = limits is null || isOfOthers || setting.Help.Contains(limits, StringComparison.Ordinal) ? "" : $"; {limits}";
        string relative = setting.Relative is { } proportion ? $"; or {MarkdownTable.Code("N" + proportion.Suffix)}" : "";
        return form + range + relative;
    }

    private static string Unit(Setting setting) => setting.Unit switch
    {
        "rps" => "requests/s",
        { Length: > 0 } => "time",
        _ when setting.Key.EndsWith("_bytes", StringComparison.Ordinal) => "bytes",
        _ when setting.Value.StartsWith("DURATION", StringComparison.Ordinal) => "time",
        _ => "",
    };

    /// <summary>What the setting itself says when it is given what it cannot be: the range stands where it is held.</summary>
    private static string? RangeOf(Setting setting, Cell cell)
    {
        foreach (string tooFar in (string[])["-1", "0", "2147483647", "0s", "1ns", "290y", "1000000h"])
        {
            try
            {
                setting.Set(cell with { Restart = new RestartSettings { Method = RestartMethod.Reuseaddr } }, tooFar).Validate();
            }
            catch (UsageException refused) when (refused.Message.Contains("; use ", StringComparison.Ordinal) && setting.Choices.Count == 0)
            {
                string range = refused.Message[(refused.Message.IndexOf("; use ", StringComparison.Ordinal) + "; use ".Length)..];
                if (range.Any(char.IsAsciiDigit) && !range.Contains(tooFar, StringComparison.Ordinal))
                {
                    return range;
                }
            }
            catch (UsageException)
            {
                // Not of the form that it wants: the next one may be.
            }
        }

        return null;
    }

    /// <summary>A cell that can be measured, and what is told apart of it.</summary>
    private sealed record Probe(Cell Cell)
    {
        public static readonly (string Key, Func<Probe, string> Of)[] Dimensions =
        [
            ("a server that is", p => p.Cell.Server.Program is null ? "ours" : "somebody else's"),
            ("variant", p => Names.Of(p.Cell.Server.Variant)),
            ("accept", p => Names.Of(p.Cell.Server.Accept)),
            ("driver", p => Names.Of(p.Cell.Driver)),
            ("workload", WorkloadOf),
            ("source_plan", p => $"{p.Cell.Load.SourcePlan}"),
            ("a loop that is", p => p.Cell.Load.Load == LoadShape.Open ? "open" : "closed"),
            ("restart_method", p => p.Cell.Restart is { } restart ? Names.Of(restart.Method) : ""),
            ("a reload whose restart_count is", p => p.Cell.Restart is { Method: RestartMethod.Reload } reload ? reload.Count > 1 ? "2 or more" : "1" : ""),
            ("restart_scope", p => p.Cell.Restart is { } restart ? Names.Of(restart.Scope) : ""),
            ("restart_method other than `loop` and workload", p => p.Cell.Restart is { Method: not RestartMethod.Loop } ? WorkloadOf(p) : ""),
        ];

        /// <summary>Any of the adapters would do that listens in several modes and reloads.</summary>
        private const string SomebodyElses = "nginx";

        public string Experiment => Cell.Experiment.Name;

        /// <summary>Every combination of what settings depend on, less those that cannot be measured.</summary>
        public static IEnumerable<Probe> All() =>
            from experiment in ExperimentRegistry.All
            from program in new string?[] { null, SomebodyElses }
            from variant in Enum.GetValues<Variant>()
            from driver in Enum.GetValues<Driver>()
            from workload in new[] { Workload.Connect, Workload.Keepalive, new Workload(2) }
            from rate in new double?[] { null, 100 }
            from plan in new[] { SourcePlanKind.Ephemeral, SourcePlanKind.Sequential, SourcePlanKind.Random }
            from restart in experiment.Kind == Core.Cells.Experiment.Restart ? Restarts() : [null]

            // A restart knows no accept mode but its own and this one.
            from accept in restart is null ? new[] { AcceptMode.Epoll } : [AcceptMode.Epoll, AcceptMode.IoUring]
            let probe = new Probe(new Cell
            {
                Experiment = experiment.Kind,
                Server = new ServerSettings { Variant = variant, Accept = accept, Program = program },
                Load = new LoadSettings { Workload = workload, Rate = rate, SourcePlan = new SourcePlan(plan) },
                Driver = driver,
                Restart = restart,
            })
            where experiment.Takes(driver) && !(program is not null && restart is { Method: RestartMethod.Loop }) && IsMeasurable(probe.Cell)
            select probe;

        private static string WorkloadOf(Probe probe) =>
            probe.Cell.Load.Workload is { IsConnect: false, RequestsPerConnection: > 0 } ? "churn:N" : $"{probe.Cell.Load.Workload}";

        /// <summary>Several reloads do not wait for each other, and know a setting that one does not.</summary>
        private static IEnumerable<RestartSettings?> Restarts() =>
            from method in Enum.GetValues<RestartMethod>()
            from scope in Enum.GetValues<RestartScope>()
            from count in Enumerable.Range(0, method == RestartMethod.Reload ? 2 : 1).Select(further => 1 + (2 * further))
            select new RestartSettings { Method = method, Scope = scope, Count = count, ResizeTo = method == RestartMethod.Resize ? 2 : null };

        private static bool IsMeasurable(Cell cell)
        {
            try
            {
                CellRules.Require(CellRules.Settle(cell));
                return true;
            }
            catch (UsageException)
            {
                return false;
            }
        }
    }

    /// <summary>Where a setting has an effect, as the rules say that refuse it elsewhere.</summary>
    private static class Reach
    {
        public static string Of(Setting setting, IReadOnlyList<Probe> probes)
        {
            List<Probe> taken = [.. probes.Where(p => CellRules.WhyNoEffect(setting, p.Cell) is null)];
            HashSet<string> experiments = [.. taken.Select(p => p.Experiment)];
            List<Probe> there = [.. probes.Where(p => experiments.Contains(p.Experiment))];
            List<string> limits = [];
            foreach ((string key, Func<Probe, string> of) in Probe.Dimensions)
            {
                // What is empty is of another experiment, which is named already.
                string[] possible = [.. there.Select(of).Where(v => v.Length > 0).Distinct()];
                string[] used = [.. taken.Select(of).Where(v => v.Length > 0).Distinct()];
                string[] unused = [.. possible.Except(used)];

                // Where none is used, the dimension is that of others than the cells that are meant, which another says.
                if (unused.Length > 0 && used.Length > 0)
                {
                    (string form, string[] named) = unused.Length < used.Length ? ("not with", unused) : ("only with", used);
                    string within = experiments.Count > 1 && key.StartsWith("restart_", StringComparison.Ordinal) ? $"{Experiment.Restart} " : "";
                    limits.Add($"{within}{form} {key} {string.Join(", ", named.Select(MarkdownTable.Code))}");
                }
            }

            string where = experiments.Count == ExperimentRegistry.All.Count ? "all" : string.Join(", ", experiments);
            return limits.Count == 0 ? where : $"{where}; {string.Join("; ", limits)}";
        }
    }
}
