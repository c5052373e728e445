using System.Diagnostics;
using System.Text.Json.Nodes;
using ReuseBench.Core.Results;
using ReuseBench.Core.Statistics;

namespace ReuseBench.Campaign;

/// <summary>What an orchestrator has of memory at a moment.</summary>
/// <param name="Seconds">Since its start.</param>
/// <param name="Repeats">Measured so far.</param>
/// <param name="Bytes">That no file backs (RssAnon).</param>
internal sealed record MemorySample(double Seconds, int Repeats, long Bytes);

/// <summary>One run of cells of a tenth of a second, for some minutes: does what the orchestrator has of memory grow with what it has measured?</summary>
internal sealed class MemoryWatch(OwnPlace place, TimeSpan time, TextWriter log)
{
    private const string Matrix = """
        name: memory
        description: more cells of a tenth of a second than there is time for
        repeats: 500
        defaults: {warmup: 0s, duration: 100ms, timeout: 2s, connect_timeout: 2s}
        groups:
          - {variant: [single, shared, reuseport], workers: [1, 2], workload: [connect, keepalive], connections: [4, 8, 16]}
          - {experiment: fairness, driver: accept-only, variant: reuseport, workers: [2, 4], source_plan: random, sources: 127.0.0.2-127.0.0.9}
        """;

    /// <summary>Of the log, however long it takes.</summary>
    private const int Lines = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public MemoryFigures Run()
    {
        string matrix = Path.Combine(place.Runs, "memory.yaml");
        string folder = Path.Combine(place.Runs, "memory");
        File.WriteAllText(matrix, Matrix);
        Stopwatch clock = Stopwatch.StartNew();
        using Session session = Session.Start(place, 0, "run", "--matrix", matrix, "--out", folder, "--quiet");
        List<MemorySample> samples = [];
        TimeSpan next = TimeSpan.Zero;
        while (clock.Elapsed < time && !session.HasEndedAfter(Pause))
        {
            string results = Path.Combine(folder, Tables.Results.FileName);
            if (session.MemoryBytes() is long bytes && File.Exists(results))
            {
                samples.Add(new MemorySample(clock.Elapsed.TotalSeconds, File.ReadLines(results).Count() - 1, bytes));
                if (clock.Elapsed >= next)
                {
                    next += time / Lines;
                    log.WriteLine($"{samples[^1].Seconds:0} s: {samples[^1].Repeats} repeats, {bytes / 1e6:0.0} MB");
                }
            }
        }

        session.Interrupt();
        _ = session.WaitForExit(CampaignPlan.SessionLimit);
        return samples.Count >= MemoryFigures.Least
            ? new MemoryFigures(samples)
            : throw new CampaignException($"the run ended too soon: {session.Said}");
    }
}

/// <summary>The samples of one run, and whether they say that it grows.</summary>
internal sealed class MemoryFigures(IReadOnlyList<MemorySample> samples)
{
    public const int Least = 12;

    /// <summary>By which the last third may exceed the second: the collector lets garbage lie, now more, now less.</summary>
    private const double Margin = 0.1;

    /// <summary>The medians of each third; the first holds what is compiled and cached once.</summary>
    private double[] Thirds { get; } =
        [.. Enumerable.Range(0, 3).Select(third => Sample.Of(samples.Where((_, i) => i * 3 / samples.Count == third).Select(s => (double)s.Bytes))!.Median)];

    /// <returns>The exit code: 0 where it is flat.</returns>
    public int Print(bool isJson)
    {
        MemorySample last = samples[^1];
        bool isFlat = Thirds[2] <= Thirds[1] * (1 + Margin);
        (isJson ? Console.Error : Console.Out).WriteLine(
            $"{Tally.HostLine()}: {last.Repeats} repeats in {last.Seconds / 60:0.0} min; memory of the orchestrator (RssAnon), medians of the thirds: "
            + $"{string.Join(", ", Thirds.Select(t => $"{t / 1e6:0.0}"))} MB; {(isFlat ? "flat" : "it grows")}");
        if (isJson)
        {
            Console.Out.WriteLine(new JsonObject
            {
                ["host"] = Tally.HostLine(),
                ["repeats"] = last.Repeats,
                ["wall_s"] = Math.Round(last.Seconds, 1),
                ["thirds_bytes"] = new JsonArray([.. Thirds.Select(t => (JsonNode?)(long)t)]),
                ["is_flat"] = isFlat,
                ["samples"] = new JsonArray([.. samples.Select(s => (JsonNode?)new JsonObject
                {
                    ["s"] = Math.Round(s.Seconds, 1), ["repeats"] = s.Repeats, ["bytes"] = s.Bytes,
                })]),
            }.ToJsonString(Json.Readable));
        }

        return isFlat ? 0 : 1;
    }
}
