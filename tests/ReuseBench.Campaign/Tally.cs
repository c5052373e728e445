using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReuseBench.Linux;

namespace ReuseBench.Campaign;

/// <summary>What a kill may do that it should not.</summary>
internal enum Harm
{
    /// <summary>Repeats that were measured, and are gone or changed.</summary>
    Lost,

    /// <summary>Rows with a key that an earlier row has.</summary>
    Doubled,

    /// <summary>At the end of a run: rows of repeats that results.csv does not have, or half lines.</summary>
    Torn,

    /// <summary>Repeats whose server or swarm was killed in the window, and which count as valid.</summary>
    Unmarked,

    /// <summary>Processes left.</summary>
    Processes,

    /// <summary>Network namespaces and interfaces left.</summary>
    Namespaces,

    /// <summary>Sysctls changed.</summary>
    Sysctls,

    /// <summary>Files left outside the run folder, and drafts in it once the run is complete.</summary>
    Files,

    /// <summary>Sessions that did not end in time.</summary>
    Hung,

    /// <summary>Sessions that aborted or said a stack trace.</summary>
    Crashed,

    /// <summary>Runs that no resume completed.</summary>
    Incomplete,
}

/// <summary>What was tried and what came of it.</summary>
internal sealed class Tally(CampaignPlan plan)
{
    private static readonly Harm[] All = Enum.GetValues<Harm>();

    private readonly SortedDictionary<(Victim Victim, string Signal), int> _tried = [];
    private readonly Dictionary<(Victim Victim, string Signal), int[]> _harms = [];
    private readonly List<string> _problems = [];

    public int Kills { get; private set; }

    public int Runs { get; set; }

    public int Sessions { get; set; }

    /// <summary>Repeats that were measured in all runs that came to their end.</summary>
    public int Repeats { get; set; }

    /// <summary>Sessions beyond the first that a run took, once it was left alone, to come to its end: measurements failed on a busy host.</summary>
    public int FurtherResumes { get; set; }

    /// <summary>From the signal to the end of an orchestrator that was told to end, at the longest.</summary>
    public TimeSpan LongestEnd { get; set; }

    public TimeSpan Wall { get; set; }

    public bool IsClean => _problems.Count == 0;

    public void AddTried(Strike strike)
    {
        Kills += strike.Victim == Victim.Nobody ? 0 : 1;
        (Victim, string) key = KeyOf(strike);
        _tried[key] = _tried.GetValueOrDefault(key) + 1;
    }

    /// <param name="strike">The last one before it was seen.</param>
    /// <param name="harm">What.</param>
    /// <param name="what">One text for each.</param>
    /// <returns>Whether there was any.</returns>
    public bool Add(Strike strike, Harm harm, IReadOnlyCollection<string> what)
    {
        if (what.Count == 0)
        {
            return false;
        }

        (Victim Victim, string Signal) key = KeyOf(strike);
        if (!_harms.TryGetValue(key, out int[]? counts))
        {
            _harms[key] = counts = new int[All.Length];
        }

        counts[(int)harm] += what.Count;
        _problems.AddRange(what.Select(w => $"{NameOf(harm)}, after {NameOf(key.Victim)} {key.Signal}: {w}"));
        return true;
    }

    /// <summary>The table, and the document where one is asked for.</summary>
    /// <returns>The exit code: 0 where nothing was lost or left.</returns>
    public int Print(bool isJson)
    {
        TextWriter table = isJson ? Console.Error : Console.Out;
        table.WriteLine($"{HostLine()}; seed {plan.Seed}; {Runs} runs in {Sessions} sessions, {Repeats} repeats, {Wall.TotalMinutes:0.0} min");
        string[] heads = ["killed", "signal", "tried", .. All.Select(NameOf)];
        (Victim Victim, string Signal)[] keys = [.. _tried.Keys];
        string[][] rows =
        [
            heads,
            .. keys.Select(k => (string[])[NameOf(k.Victim), k.Signal, $"{_tried[k]}", .. All.Select(h => $"{Count([k], h)}")]),
            ["all", "", $"{Kills}", .. All.Select(h => $"{Count(_harms.Keys, h)}")],
        ];
        int[] widths = [.. heads.Index().Select(h => rows.Max(r => r[h.Index].Length))];
        foreach (string[] row in rows)
        {
            table.WriteLine(string.Join("  ", row.Select((text, i) => i < 2 ? text.PadRight(widths[i]) : text.PadLeft(widths[i]))).TrimEnd());
        }

        table.WriteLine($"an orchestrator that was told to end took {LongestEnd.TotalSeconds:0.0} s at the longest; {FurtherResumes} further resumes since a "
            + "measurement failed undisturbed");
        foreach (string problem in _problems)
        {
            table.WriteLine(problem);
        }

        if (isJson)
        {
            Console.Out.WriteLine(ToJson(keys).ToJsonString(Json.Readable));
        }

        return IsClean ? 0 : 1;
    }

    /// <summary>Kernel, CPU and runtime.</summary>
    public static string HostLine() => $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, Linux {KernelInfo.Read().Release}, "
        + $"{CpuInfo.Read().ModelName ?? $"{RuntimeInformation.OSArchitecture}"}, {Environment.ProcessorCount} CPUs, {RuntimeInformation.FrameworkDescription}";

    private JsonObject ToJson((Victim Victim, string Signal)[] keys) => new()
    {
        ["host"] = HostLine(),
        ["seed"] = plan.Seed,
        ["kills"] = Kills,
        ["runs"] = Runs,
        ["sessions"] = Sessions,
        ["repeats"] = Repeats,
        ["wall_s"] = Math.Round(Wall.TotalSeconds, 1),
        ["longest_end_s"] = Math.Round(LongestEnd.TotalSeconds, 3),
        ["further_resumes"] = FurtherResumes,
        ["rows"] = new JsonArray([.. keys.Select(k => Counts([k], new JsonObject
        {
            ["killed"] = NameOf(k.Victim), ["signal"] = k.Signal, ["tried"] = _tried[k],
        }))]),
        ["all"] = Counts(_harms.Keys, new JsonObject { ["tried"] = Kills }),
        ["problems"] = new JsonArray([.. _problems.Select(p => (JsonNode?)p)]),
    };

    private JsonObject Counts(IEnumerable<(Victim, string)> keys, JsonObject into)
    {
        foreach (Harm harm in All)
        {
            into[NameOf(harm)] = Count(keys, harm);
        }

        return into;
    }

    private int Count(IEnumerable<(Victim, string)> keys, Harm harm) => keys.Sum(k => _harms.TryGetValue(k, out int[]? counts) ? counts[(int)harm] : 0);

    private static (Victim Victim, string Signal) KeyOf(Strike strike) =>
        (strike.Victim, strike.Victim == Victim.Nobody ? "" : strike.SignalName);

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{value}");
}

internal static class Json
{
    public static JsonSerializerOptions Readable { get; } =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
