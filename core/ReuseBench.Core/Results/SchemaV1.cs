using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Results;

/// <summary>
/// Run folders of schema version 1 (before settings, metrics and tables were defined once): its column names, keys and values, and what they are now.
/// What did not change is not listed.
/// </summary>
internal static class SchemaV1
{
    public const int Version = 1;

    private const string ServiceTimeKey = "service_time";

    /// <summary>Columns of any table, by their old name.</summary>
    private static readonly Dictionary<string, string> Columns = new()
    {
        ["restart_way"] = "restart_method",
        ["restart_under"] = "restart_load",
        ["foreign_share"] = "background_share",
        ["own_lag_share"] = "generator_lag_share",
        ["local_share"] = "rx_cpu_match_share",
        ["life_answers_client"] = "life_responses_client",
        ["life_answers_server"] = "life_responses_server",
        ["served_seen"] = "responses_seen",
        ["answered_meanwhile"] = "responses_during_stall",
        ["silence_ms"] = "longest_without_response_ms",
        ["first_answer_ms"] = "first_response_ms",
    };

    /// <summary>Keys of settings in run.json.</summary>
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["restart_way"] = "restart_method",
        ["restart_under"] = "restart_load",
        ["give_up"] = "restart_timeout",
        ["locality"] = "rx_cpu_match",
    };

    /// <summary>Values of settings, and codes of verdict reasons.</summary>
    private static readonly Dictionary<string, string> Words = new()
    {
        ["ebpf-turns"] = "ebpf-round-robin",
        ["census"] = "accept-only",
        ["schedule-lag"] = "generator-behind-schedule",
        ["own-lag"] = "generator-lag",
        ["stolen-cpu"] = "cpu-steal",
        ["foreign-load"] = "background-load",
    };

    /// <summary>
    /// Settings as columns of results.csv: the key now, the old column, the unit to add. CPUs and the like are in the row, not in run.json.
    /// </summary>
    private static readonly (string Key, string Column, string Unit)[] Settings =
    [
        ("experiment", "experiment", ""), ("variant", "variant", ""), ("workers", "workers", ""),
        ("processes", "processes", ""), ("accept", "accept", ""),
        ("selector", "selector", ""), ("accept_batch", "accept_batch", ""), ("rx_cpu_match", "locality", ""),
        ("bind", "bind", ""), ("backlog", "backlog", ""),
        ("response_bytes", "response_bytes", ""), ("server_close", "server_close", ""), ("restart_every", "restart_every_ms", "ms"),
        ("restart_method", "restart_way", ""), ("restart_stop", "restart_stop", ""), ("restart_scope", "restart_scope", ""),
        ("restart_load", "restart_under", ""), ("migrate_req", "migrate_req", ""), ("restart_timeout", "give_up_ms", "ms"),
        ("workload", "workload", ""), ("connections", "connections", ""), ("rate", "rate_rps_requested", ""), ("arrivals", "arrivals", ""),
        ("source_plan", "source_plan", ""), ("sources", "sources", ""), ("source_ports", "source_ports", ""), ("close", "close", ""),
        ("request_bytes", "request_bytes", ""), ("client_threads", "client_threads", ""), ("driver", "driver", ""), ("warmup", "warmup_s", "s"),
        ("ramp", "ramp_ms", "ms"), ("timeout", "timeout_ms", "ms"), ("connect_timeout", "connect_timeout_ms", "ms"),
        ("retry_delay", "retry_delay_ms", "ms"),
        ("interval", "interval_ms", "ms"), ("share_cpus", "share_cpus", ""), ("server_cpus", "server_cpus", ""), ("client_cpus", "client_cpus", ""),
    ];

    /// <summary>The rows of a table of this version or an older one.</summary>
    public static IEnumerable<TRow> Stream<TRow>(string folder, string fileName, Func<string, bool>? cell)
        where TRow : class, IRow, new()
    {
        string path = Path.Combine(folder, fileName);
        return typeof(TRow) == typeof(ChanceRow) && !File.Exists(path)
            ? ChanceRows(folder).Where(row => cell is null || cell(row.CellId)).Cast<TRow>()
            : CsvFile.Stream(path, _ => (Upgrade<TRow>)UpgradeOf(typeof(TRow), folder), cell);
    }

    /// <summary>A manifest whose cells have the keys and values of now.</summary>
    public static RunManifest Upgrade(RunManifest manifest) => manifest with
    {
        Cells = [.. manifest.Cells.Select(c => c with
        {
            Settings = new SortedDictionary<string, string>(
                c.Settings.ToDictionary(
                    s => Keys.GetValueOrDefault(s.Key, s.Key),
                    s => s.Key == ServiceTimeKey ? AsCpuTime(s.Value) : Words.GetValueOrDefault(s.Value, s.Value)),
                StringComparer.Ordinal),
        })],
    };

    /// <summary>A service time was CPU time then, whatever was done in it.</summary>
    private static string AsCpuTime(string text)
    {
        ServiceTime time = ServiceTime.Parse(text, ServiceTimeKey);
        return $"{(time.IsWork ? time with { Kind = ServiceKind.Cpu } : time)}";
    }

    private static object UpgradeOf(Type row, string folder) =>
        row == typeof(ResultRow) ? new Results(folder, [])
        : row == typeof(RestartRow) ? new Restarts()
        : row == typeof(FairnessRow) ? new Fairness([], [])
        : Activator.CreateInstance(typeof(Renamed<>).MakeGenericType(row))!;

    /// <summary>What stood in results.csv and fairness.csv.</summary>
    private static List<ChanceRow> ChanceRows(string folder)
    {
        List<ChanceRow> rows = [];
        Dictionary<(string, int), double?> coverage = [];
        Results results = new(folder, rows);
        foreach (ResultRow row in CsvFile.Stream(Path.Combine(folder, Tables.Results.FileName), _ => results))
        {
            coverage[(row.CellId, row.Repeat)] = results.Coverage;
        }

        Fairness fairness = new(rows, coverage);
        _ = CsvFile.Stream(Path.Combine(folder, Tables.Fairness.FileName), _ => fairness).Count();

        return rows;
    }

    private static double? Number(Func<string, string> old, string column) => old(column) is { Length: > 0 } text
        ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new FormatException($"{column}: '{text}' is not a finite number")
        : null;

    private static ChanceOver? OverOf(Func<string, string> old) =>
        old("chance_over") is { Length: > 0 } text ? Names.Parse<ChanceOver>(text, "chance_over") : null;

    private class Renamed<TRow> : Upgrade<TRow>
    {
        public override string NewName(string column) => Columns.GetValueOrDefault(column, column);
    }

    private sealed class Restarts : Renamed<RestartRow>
    {
        public override string NewValue(string column, string text) => (column, text) switch
        {
            ("restart_method", "") => Names.Of(RestartMethod.Loop),
            ("restart_stop", "") => Names.Of(StopSignal.Graceful),
            ("restart_scope", "") => Names.Of(RestartScope.Process),
            ("restart_load", "") => Names.Of(RestartLoad.Idle),
            _ => text,
        };
    }

    /// <param name="chance">Gets the rows of chance.csv.</param>
    /// <param name="coverage">Of the bands, by cell and repeat.</param>
    private sealed class Fairness(List<ChanceRow> chance, Dictionary<(string, int), double?> coverage) : Renamed<FairnessRow>
    {
        public override string NewName(string column) => column == "served" ? "responses" : base.NewName(column);

        public override FairnessRow Complete(FairnessRow row, Func<string, string> old)
        {
            ChanceRow share = new()
            {
                RunId = row.RunId,
                CellId = row.CellId,
                Repeat = row.Repeat,
                Statistic = ChanceStatistic.ChoiceShare,
                Listener = row.Listener,
                Over = OverOf(old),
                Choices = (long?)Number(old, "choices"),
                Value = Number(old, "choice_share"),
                Expected = Number(old, "expected_share"),
                Low = Number(old, "band_low_share"),
                High = Number(old, "band_high_share"),
            };
            if ((share.Value ?? share.Expected ?? share.Low) is not null)
            {
                chance.Add(share with { BandCoverage = share.Low is null ? null : coverage.GetValueOrDefault((row.CellId, row.Repeat)) });
            }

            return row;
        }
    }

    /// <param name="folder">Whose run.json knows the settings that were not in the table.</param>
    /// <param name="chance">Gets the rows of chance.csv.</param>
    private sealed class Results(string folder, List<ChanceRow> chance) : Renamed<ResultRow>
    {
        private static readonly HashSet<string> OfSettings = [.. Settings.Select(s => s.Column), "load", "reuseaddr", "reuseport", "service_time_us"];

        private static readonly (ChanceStatistic Statistic, string Column)[] Spreads =
        [
            (ChanceStatistic.MaxOverMean, "choices_max_over_mean"), (ChanceStatistic.MinOverMean, "choices_min_over_mean"),
            (ChanceStatistic.Cv, "choices_cv"), (ChanceStatistic.Jain, "choices_jain"), (ChanceStatistic.ChiSquare, "chi2"),
            (ChanceStatistic.ShareDeviation, "share_deviation"), (ChanceStatistic.CramersV, "cramers_v"),
        ];

        private readonly Dictionary<string, Cell> _planned = PlannedCells(folder);

        /// <summary>Of the last row's bands.</summary>
        public double? Coverage { get; private set; }

        /// <summary>Settings are put together in <see cref="Complete"/>.</summary>
        public override string NewName(string column) => OfSettings.Contains(column) ? "" : base.NewName(column);

        public override string NewValue(string column, string text) => column switch
        {
            "verdict_reasons" => string.Join(';', text.Split(';').Select(code => Words.GetValueOrDefault(code, code))),
            "isolation" when text.Length == 0 => Names.Of(Isolation.None),
            _ => text,
        };

        public override ResultRow Complete(ResultRow row, Func<string, string> old)
        {
            Coverage = Number(old, "band_coverage");
            chance.AddRange(Spreads.Select(s => Spread(row, old, s.Statistic, s.Column)).OfType<ChanceRow>());
            return row with { Cell = CellOf(_planned.GetValueOrDefault(row.CellId, Cell.Blank), old) };
        }

        private static Cell CellOf(Cell cell, Func<string, string> old)
        {
            foreach ((string key, string column, string unit) in Settings)
            {
                if (old(column) is { Length: > 0 } text)
                {
                    cell = CellSettings.Find(key)!.Set(cell, Words.GetValueOrDefault(text, text) + unit);
                }
            }

            if (old("service_time_us") is { Length: > 0 } time)
            {
                cell = CellSettings.Find(ServiceTimeKey)!.Set(cell, AsCpuTime(old("service_time_distribution") == "exp" ? $"{time}us:exp" : $"{time}us"));
            }

            // The table had what the variant made of it, too.
            bool isOn = old("reuseaddr") == "on";
            return old("reuseaddr").Length == 0 || isOn == cell.Server.EffectiveReuseAddr
                ? cell
                : cell with { Server = cell.Server with { ReuseAddr = isOn } };
        }

        private static ChanceRow? Spread(ResultRow row, Func<string, string> old, ChanceStatistic statistic, string column)
        {
            ChanceRow spread = new()
            {
                RunId = row.RunId,
                CellId = row.CellId,
                Repeat = row.Repeat,
                Statistic = statistic,
                Over = OverOf(old),
                Choices = (long?)Number(old, "choices"),
                Value = Number(old, column),
                Expected = Number(old, column + "_expected"),
                Low = Number(old, column + "_low"),
                High = Number(old, column + "_high"),
                DegreesOfFreedom = (int?)Number(old, column + "_df"),
                PValue = Number(old, column + "_p"),
                Method = old(column + "_expected").Length == 0 || old("chance_method").Length == 0 ? null : old("chance_method"),
                Reason = old(column + "_reason") is { Length: > 0 } reason
                    ? reason.Replace("use a census", "use an accept-only probe", StringComparison.Ordinal)
                    : null,
            };
            return spread.Value is null && spread.Expected is null && spread.Reason is null ? null : spread;
        }

        private static Dictionary<string, Cell> PlannedCells(string folder) => File.Exists(Path.Combine(folder, RunFiles.Manifest))
            ? RunManifestFile.Read(folder).Cells.DistinctBy(c => c.CellId).ToDictionary(c => c.CellId, c => CellOf(c.Settings))
            : [];

        private static Cell CellOf(SortedDictionary<string, string> settings) => settings.Aggregate(
            Cell.Blank, (cell, s) => CellSettings.Find(s.Key) is { } setting ? setting.Set(cell, s.Value) : cell);
    }
}
