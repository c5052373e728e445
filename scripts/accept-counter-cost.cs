#!/usr/bin/env dotnet
#:package System.CommandLine
#:project ../core/ReuseBench.Core/ReuseBench.Core.csproj
#:project ../core/ReuseBench.Linux/ReuseBench.Linux.csproj

// What the tracepoints cost by which `run` counts the accepts of a server of somebody else in cells of latency and restart: the same server under the same
// load, with and without them in turn, as ratios with their spread.
//
//   dotnet run -c Release scripts/accept-counter-cost.cs -- [--server nginx] [--mode shared] [--rate 1000] [--rounds 7] [--seconds 4]
//
// The default is the load of a restart: single connections at 1000/s. --rate 0 is a closed loop of 64, where every system call counts. Wants root, the
// Release build of bench/ReuseBench, quiet CPUs, and about 2 x rounds x (seconds + 3) seconds. Two server workers on all CPUs but the last, one client
// thread on that. CPU time is that of all processes of the server over the whole load. Exit codes: 0, 1 where something failed, 2 for wrong options.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<string> server = new("--server") { Description = "its adapter", DefaultValueFactory = _ => "nginx" };
Option<string?> mode = new("--mode") { Description = "how it listens, as its adapter calls it; without it the adapter's first mode" };
Option<int> rate = new("--rate") { Description = "connections per second, 0 to 10000; 0 for a closed loop", DefaultValueFactory = _ => 1000 };
Option<int> rounds = new("--rounds") { Description = "rounds, 1 to 100; who goes first changes from round to round", DefaultValueFactory = _ => 7 };
Option<int> seconds = new("--seconds") { Description = "measured seconds of each side in each round, 1 to 600", DefaultValueFactory = _ => 4 };
InRange(rate, 0, 10_000);
InRange(rounds, 1, 100);
InRange(seconds, 1, 600);
RootCommand command = new("What counting the accepts of a server by tracepoints costs: with and without, in turn.") { server, mode, rate, rounds, seconds };
command.SetAction(result => Compare(
    new Plan(
        result.GetValue(server)!, result.GetValue(mode), result.GetValue(rate), result.GetValue(rounds), result.GetValue(seconds),
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "artifacts", "bin", "ReuseBench", "release", "reusebench")),
        CpuAffinity.OfCurrentThread())));
ParseResult parsed = command.Parse(args);
int exitCode = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : exitCode;

static void InRange(Option<int> option, int least, int most) => option.Validators.Add(result =>
{
    if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && (value < least || value > most))
    {
        result.AddError($"{option.Name}: {value} is out of range; use {least} to {most}");
    }
});

static string ThisFile([CallerFilePath] string path = "") => path;

static int Compare(Plan plan)
{
    try
    {
        if (!File.Exists(plan.ReuseBench))
        {
            throw new CostException("there is no Release build; make one with `dotnet build -c Release bench/ReuseBench`");
        }

        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, Linux {KernelInfo.Read().Release}, {CpuInfo.Read().ModelName}, {plan.Cpus.Length} CPUs, "
            + $"load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]} before");
        Console.WriteLine($"{plan.Server}, {plan.Mode ?? "first mode"}, 2 workers, {(plan.Rate > 0 ? $"{plan.Rate} connections/s" : "closed loop of 64")}, "
            + $"{plan.Seconds} s each: without / with counters");
        Console.WriteLine("round" + string.Concat(Figure.All.Select(f => $"{f.Name,28}")));
        List<(Side Without, Side With)> all = [];
        for (int round = 0; round < plan.Rounds; round++)
        {
            // Who goes first changes, so that a drift of the machine favours nobody.
            bool first = round % 2 == 1;
            Side one = Side.Measure(plan, counts: first);
            Side two = Side.Measure(plan, counts: !first);
            (Side without, Side with) = first ? (two, one) : (one, two);
            all.Add((without, with));
            Console.WriteLine($"{round + 1,5}" + string.Concat(Figure.All.Select(f => $"{f.Text(without) + " / " + f.Text(with),28}")));
        }

        Console.WriteLine($"\nwith over without: median of {plan.Rounds} rounds (95 % interval from 6 rounds on; least to most)");
        foreach (Figure figure in Figure.All)
        {
            Sample ratio = Sample.Of(all.Select(r => figure.Of(r.With) / figure.Of(r.Without)))!;
            string interval = ratio is { Low: double low, High: double high } ? $"{low:0.000} to {high:0.000}; " : "";
            Console.WriteLine($"  {figure.Name,-22} x {ratio.Median:0.000} ({interval}{ratio.Min:0.000} to {ratio.Max:0.000})");
        }

        return 0;
    }
    catch (CostException e)
    {
        Console.Error.WriteLine($"accept-counter-cost: {e.Message}");
        return 1;
    }
}

internal sealed record Plan(string Server, string? Mode, int Rate, int Rounds, int Seconds, string ReuseBench, int[] Cpus);

/// <summary>Something that makes the figures worthless.</summary>
internal sealed class CostException(string message) : Exception(message);

/// <summary>One figure of a side.</summary>
internal sealed record Figure(string Name, Func<Side, double> Of)
{
    public static Figure[] All { get; } =
    [
        new("server us/connection", s => s.ServerUs), new("client us/connection", s => s.ClientUs), new("p50 us", s => s.P50Us), new("p99 us", s => s.P99Us),
        new("connections/s", s => s.PerSecond),
    ];

    public string Text(Side side) => Of(side).ToString("0.0", CultureInfo.InvariantCulture);
}

/// <summary>What a server did, with or without counters.</summary>
internal sealed record Side(double ServerUs, double ClientUs, double P50Us, double P99Us, double PerSecond)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Side Measure(Plan plan, bool counts)
    {
        string cpus = string.Join(',', plan.Cpus.Length > 1 ? plan.Cpus[..^1] : plan.Cpus);
        using Process serve = Start(
            plan,
            ["serve", "--server", plan.Server, .. plan.Mode is { } mode ? ["--server-mode", mode] : (string[])[], "--workers", "2", "--cpus", cpus,
                "--count-accepts", counts ? "on" : "off"]);
        Task<string> errors = serve.StandardError.ReadToEndAsync();
        try
        {
            ServerReady ready = JsonSerializer.Deserialize(Line(serve, ServerReady.Prefix, errors), WireJson.Default.ServerReady)!;
            long beforeNs = CpuNs(ready);
            LoadDocument load = Load(plan, ready.Port);
            long serverNs = CpuNs(ready) - beforeNs;
            _ = ChildProcess.Kill(serve.Id, Signal.Terminate);
            ServerStats stats = JsonSerializer.Deserialize(Line(serve, ServerStats.Prefix, errors), WireJson.Default.ServerStats)!;
            return counts && stats.Outside?.Accepted != load.Life.ConnectionsOpened
                ? throw new CostException(
                    $"{stats.Outside?.Accepted} accepts were counted of {load.Life.ConnectionsOpened}: {stats.Outside?.Untold ?? "no reason"}")
                : new Side(
                    serverNs / 1e3 / load.Life.ConnectionsOpened, load.ClientCpuS!.Value * 1e6 / load.ConnectionsOpened,
                    load.LatencyP50Us ?? double.NaN, load.LatencyP99Us ?? double.NaN, load.ConnectionsOpened / load.DurationS);
        }
        finally
        {
            // Where something went wrong it has not been told yet.
            _ = serve.HasExited ? 0 : ChildProcess.Kill(serve.Id, Signal.Terminate);
            if (!serve.WaitForExit(Limit))
            {
                serve.Kill();
            }
        }
    }

    private static LoadDocument Load(Plan plan, int port)
    {
        using Process load = Start(
            plan,
            ["load", "--target", $"127.0.0.1:{port}", "--workload", "connect", "--close", "rst", "--threads", "1", "--cpus", $"{plan.Cpus[^1]}",
                "--warmup", "1s", "--duration", $"{plan.Seconds}s", "--json",
                .. plan.Rate > 0 ? ["--rate", $"{plan.Rate}", "--arrivals", "poisson", "--connections", "1024"] : (string[])["--connections", "64"]]);
        Task<string> errors = load.StandardError.ReadToEndAsync();
        string said = load.StandardOutput.ReadToEnd();
        LoadDocument document = (said.Length == 0 ? null : JsonSerializer.Deserialize(said, WireJson.Default.LoadDocument))
            ?? throw new CostException($"load said nothing: {errors.Result}");
        return document.Errors.Length == 0
            ? document
            : throw new CostException($"the client met errors: {string.Join(", ", document.Errors.Select(e => $"{e.Count} x {e.Error} in {e.Phase}"))}");
    }

    /// <summary>Of a process the clock is exact to the nanosecond; all of them are there until it is stopped.</summary>
    private static long CpuNs(ServerReady ready) => ready.Pids.Sum(pid => Math.Max(0, MonotonicClock.ProcessCpuNs(pid)));

    private static string Line(Process serve, string prefix, Task<string> errors)
    {
        while (serve.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line[prefix.Length..];
            }
        }

        throw new CostException($"serve ended without {prefix.Trim()}: {errors.Result.Trim()}");
    }

    private static Process Start(Plan plan, string[] arguments)
    {
        ProcessStartInfo start = new(plan.ReuseBench, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new CostException($"{plan.ReuseBench} did not start");
    }
}
