#!/usr/bin/env dotnet
#:package System.CommandLine
#:project ../core/ReuseBench.Core/ReuseBench.Core.csproj
#:project ../core/ReuseBench.Linux/ReuseBench.Linux.csproj

// Our swarm and other clients in turn against the same server, several rounds: how much the client costs, as ratios with their spread.
//
//   dotnet run -c Release scripts/peer-comparison.cs -- [--rounds 7] [--seconds 4] [--connections 64] [--server nginx|serve|all] [--workload
// keepalive|connect|all]
//
//   nginx keepalive, serve keepalive   against wrk: requests on persistent connections
//   serve connect                      against peers/connect-peer.c, which keeps no books at all: `reuse` is what the kernel lets one thread do, in the
//                                      fewest system calls, `fresh` the same with a new socket for each connection, the way of most C tools
//
// Wants the Release build of bench/ReuseBench; wrk, nginx and gcc from the distribution's packages, and leaves out, with the reason, what lacks one. One
// client thread on the last CPU, one server worker on the first. Everything listens on 127.0.0.1, on a port of this script's choice, and is stopped by its
// process id. CPU time is that of the measured seconds for ours and connect-peer, that of the whole process for wrk, whose start costs nothing worth counting.
// Every answer counts: a client that reports an error ends the comparison. Exit codes: 0, 1 where something failed or nothing could be compared, 2 for
// wrong options.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<int> rounds = new("--rounds") { Description = "rounds of each comparison, 1 to 1000; who goes first changes from round to "
    + "round", DefaultValueFactory = _ => 7 };
Option<int> seconds = new("--seconds") { Description = "measured seconds of each client in each round, 1 to 600", DefaultValueFactory = _ => 4 };
Option<int> connections = new("--connections") { Description = "connections of each client, 1 to 4096", DefaultValueFactory = _ => 64 };
Option<string> server = new("--server") { Description = "server to load", DefaultValueFactory = _ => "all" };
Option<string> workload = new("--workload") { Description = "workload to compare", DefaultValueFactory = _ => "all" };
server.AcceptOnlyFromAmong("nginx", "serve", "all");
workload.AcceptOnlyFromAmong("keepalive", "connect", "all");
InRange(rounds, 1, 1000);
InRange(seconds, 1, 600);
InRange(connections, 1, 4096);
RootCommand command = new("Our swarm and other clients in turn against the same server: ratios of throughput and of client CPU, with their spread.")
{
    rounds, seconds, connections, server, workload,
};
command.SetAction(result => Compare(
    new Plan(result.GetValue(rounds), result.GetValue(seconds), result.GetValue(connections)),
    result.GetValue(server)!,
    result.GetValue(workload)!));
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

static int Compare(Plan plan, string server, string workload)
{
    string scripts = Path.GetDirectoryName(ThisFile())!;
    string reusebench = Path.GetFullPath(Path.Combine(scripts, "..", "artifacts", "bin", "ReuseBench", "release", "reusebench"));
    int[] cpus = CpuAffinity.OfCurrentThread();
    using TemporaryFolder folder = new();
    try
    {
        if (!File.Exists(reusebench))
        {
            throw new ComparisonException("there is no Release build; make one with `dotnet build -c Release bench/ReuseBench`");
        }

        Comparison[] chosen = [.. Comparison.All.Where(c => (server is "all" || c.Server == server) && (workload is "all" || c.Workload == workload))];
        Console.WriteLine(Host.Line(cpus));
        if (Host.LoadAverage() > cpus.Length)
        {
            Console.WriteLine("other programs want more CPUs than there are: these figures are not worth publishing");
        }

        List<string> summary = [];
        foreach (Comparison comparison in chosen)
        {
            if (comparison.Needs.FirstOrDefault(tool => !Programs.IsThere(tool)) is string missing)
            {
                Console.WriteLine($"\n{comparison.Name}: left out, since {missing} is not installed");
                continue;
            }

            summary.AddRange(comparison.Run(plan, new Bench(reusebench, scripts, folder.Path, cpus[0], cpus[^1])));
        }

        Console.WriteLine();
        summary.ForEach(Console.WriteLine);
        return summary.Count > 0 ? 0 : throw new ComparisonException("nothing could be compared");
    }
    catch (ComparisonException e)
    {
        Console.Error.WriteLine($"peer-comparison: {e.Message}");
        return 1;
    }
}

static string ThisFile([CallerFilePath] string path = "") => path;

/// <summary>How long and how wide.</summary>
internal sealed record Plan(int Rounds, int Seconds, int Connections);

/// <summary>Where the parts are and where they run.</summary>
internal sealed record Bench(string ReuseBench, string Scripts, string Folder, int ServerCpu, int ClientCpu);

/// <summary>What one client reached in one round: requests or connections per second, and its own CPU time for each.</summary>
internal readonly record struct Figures(double PerSecond, double CpuUs);

/// <summary>Something that makes the figures worthless.</summary>
internal sealed class ComparisonException(string message) : Exception(message);

/// <summary>Our swarm and its peers against one server.</summary>
internal sealed record Comparison(string Server, string Workload, string[] Needs, Func<Bench, IClient[]> Peers)
{
    public static Comparison[] All { get; } =
    [
        new("nginx", "keepalive", ["taskset", "nginx", "wrk"], bench => [new Wrk(bench)]),
        new("serve", "keepalive", ["taskset", "wrk"], bench => [new Wrk(bench)]),
        new("serve", "connect", ["gcc"], bench => [new ConnectPeer(bench, "reuse"), new ConnectPeer(bench, "fresh")]),
    ];

    public string Name => $"{Server} {Workload}";

    /// <returns>The lines of the summary.</returns>
    public IEnumerable<string> Run(Plan plan, Bench bench)
    {
        IClient[] clients = [new Ours(bench, Workload), .. Peers(bench)];
        using ServerProcess server = Server == "nginx" ? ServerProcess.Nginx(bench) : ServerProcess.Ours(bench);
        CpuTimes before = Host.Times();
        string unit = Workload == "connect" ? "connections" : "requests";
        Console.WriteLine($"\n{Name}, closed loop, {plan.Connections} connections, {plan.Seconds} s each: {unit}/s and us of client CPU for each");
        Console.WriteLine("round" + string.Concat(clients.Select(c => $"{c.Name + "/s",20} {"us",7}")) + string
            .Concat(clients.Skip(1).Select(c => $"{"ours:" + c.Name,22} {"us",6}")));

        Figures[][] all = [.. Enumerable.Range(0, plan.Rounds).Select(round => Round(round, clients, plan, server.Port))];
        yield return $"{Name}: {Host.Steal(before)} of the CPU time stolen by the hypervisor; medians (min to max) of {plan.Rounds} rounds";
        for (int client = 0; client < clients.Length; client++)
        {
            int index = client;
            yield return $"  {clients[index].Name,-20} {Spread(all, r => r[index].PerSecond, "0")} {unit}/s, {Spread(all, r => r[index].CpuUs, "0.00")} us";
        }

        for (int client = 1; client < clients.Length; client++)
        {
            int index = client;
            string rate = Spread(all, r => r[0].PerSecond / r[index].PerSecond, "0.000");
            string cost = Spread(all, r => r[0].CpuUs / r[index].CpuUs, "0.000");
            yield return $"  {"ours : " + clients[index].Name,-20} {rate} x {unit}/s, {cost} x us";
        }
    }

    private static Figures[] Round(int round, IClient[] clients, Plan plan, int port)
    {
        // Who goes first changes, so that a drift of the machine favours nobody.
        Figures[] figures = new Figures[clients.Length];
        for (int turn = 0; turn < clients.Length; turn++)
        {
            int client = (round + turn) % clients.Length;
            figures[client] = clients[client].Run(plan, port);
        }

        Console.WriteLine(
            $"{round + 1,5}" + string.Concat(figures.Select(f => $"{f.PerSecond,20:0} {f.CpuUs,7:0.00}"))
            + string.Concat(figures.Skip(1).Select(f => $"{figures[0].PerSecond / f.PerSecond,22:0.000} {figures[0].CpuUs / f.CpuUs,6:0.000}")));
        return figures;
    }

    private static string Spread(Figures[][] rounds, Func<Figures[], double> of, string format)
    {
        Sample sample = Sample.Of(rounds.Select(of))!;
        return $"{Text(sample.Median)} ({Text(sample.Min)} to {Text(sample.Max)})";

        string Text(double value) => value.ToString(format, CultureInfo.CurrentCulture);
    }
}

/// <summary>A client in a process of its own, with one thread.</summary>
internal interface IClient
{
    string Name { get; }

    /// <exception cref="ComparisonException">It failed, or met an error.</exception>
    Figures Run(Plan plan, int port);
}

internal sealed class Ours(Bench bench, string workload) : IClient
{
    public string Name => "ours";

    public Figures Run(Plan plan, int port)
    {
        string json = Programs.Run(
            bench.ReuseBench,
            [
                "load", "--target", $"127.0.0.1:{port}", "--workload", workload, "--connections", $"{plan.Connections}", "--threads", "1", "--close", "rst",
                "--duration", $"{plan.Seconds}s", "--warmup", "1s", "--cpus", $"{bench.ClientCpu}", "--json",
            ],
            out _);
        LoadDocument document = JsonSerializer.Deserialize(json, WireJson.Default.LoadDocument)!;
        long count = workload == "connect" ? document.ConnectionsOpened : document.Requests;
        return document.Errors.Length == 0 && count > 0
            ? new Figures(count / document.DurationS, document.ClientCpuS!.Value * 1e6 / count)
            : throw new ComparisonException($"our swarm met errors: {string.Join(", ", document.Errors.Select(e => $"{e.Count} x {e.Error} in {e.Phase}"))}");
    }
}

internal sealed partial class Wrk(Bench bench) : IClient
{
    public string Name => "wrk";

    public Figures Run(Plan plan, int port)
    {
        string text = Programs.Run(
            "taskset",
            ["-c", $"{bench.ClientCpu}", "wrk", "-t", "1", "-c", $"{plan.Connections}", "-d", $"{plan.Seconds}s", $"http://127.0.0.1:{port}/"],
            out double cpuS);
        Match match = Requests().Match(text);
        if (!match.Success || text.Contains("Socket errors", StringComparison.Ordinal) || text.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new ComparisonException($"wrk met errors: {text.ReplaceLineEndings(" ")}");
        }

        double requests = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return new Figures(requests / double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), cpuS * 1e6 / requests);
    }

    [GeneratedRegex(@"(\d+) requests in ([\d.]+)s")]
    private static partial Regex Requests();
}

/// <summary>peers/connect-peer.c, compiled here.</summary>
internal sealed partial class ConnectPeer : IClient
{
    private readonly string _program;
    private readonly int _cpu;
    private readonly string _way;

    public ConnectPeer(Bench bench, string way)
    {
        _program = Path.Combine(bench.Folder, "connect-peer");
        _cpu = bench.ClientCpu;
        _way = way;
        if (!File.Exists(_program))
        {
            Programs.Run("gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-o", _program, Path.Combine(bench.Scripts, "peers", "connect-peer.c")], out _);
        }
    }

    public string Name => $"C {_way}";

    public Figures Run(Plan plan, int port)
    {
        string text = Programs.Run(_program, [$"{port}", $"{plan.Connections}", $"{plan.Seconds}", $"{_cpu}", _way], out _);
        Match match = Result().Match(text);
        if (!match.Success || match.Groups["failed"].Value != "0")
        {
            throw new ComparisonException($"connect-peer met errors: {text.Trim()}");
        }

        double Number(string name) => double.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        return new Figures(Number("connections") / Number("seconds"), Number("cpu") * 1e6 / Number("connections"));
    }

    [GeneratedRegex(@"connections=(?<connections>\d+) seconds=(?<seconds>[\d.]+) cpu_s=(?<cpu>[\d.]+) failed=(?<failed>\d+)")]
    private static partial Regex Result();
}

/// <summary>The server of one comparison.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static ServerProcess Nginx(Bench bench)
    {
        int port = FreePort();
        string config = Path.Combine(bench.Folder, "nginx.conf");
        File.WriteAllText(config, $$"""
            daemon off;
            worker_processes 1;
            pid {{bench.Folder}}/nginx.pid;
            error_log {{bench.Folder}}/error.log;
            events { worker_connections 8192; }
            http {
              access_log off;
              keepalive_requests 100000000;
              server {
                listen 127.0.0.1:{{port}};
                location / { default_type text/plain; return 200 "{{new string('x', 128)}}"; }
              }
            }
            """);
        return Start("taskset", ["-c", $"{bench.ServerCpu}", "nginx", "-c", config, "-e", Path.Combine(bench.Folder, "error.log")], port);
    }

    public static ServerProcess Ours(Bench bench)
    {
        int port = FreePort();
        return Start(bench.ReuseBench, ["serve", "--variant", "single", "--workers", "1", "--port", $"{port}", "--cpus", $"{bench.ServerCpu}"], port);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            ChildProcess.Kill(_process.Id, Signal.Terminate);
        }

        if (!_process.WaitForExit(5000))
        {
            ChildProcess.Kill(_process.Id, Signal.Kill);
        }

        _process.Dispose();
    }

    private static ServerProcess Start(string program, string[] arguments, int port)
    {
        Process process = Programs.Start(program, arguments);
        _ = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        for (int attempt = 0; attempt < 200 && !process.HasExited; attempt++)
        {
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return new ServerProcess(process, port);
            }
            catch (SocketException)
            {
                process.WaitForExit(50);
            }
        }

        string said = process.HasExited ? errors.Result.Trim() : "it still runs";
        using ServerProcess failed = new(process, port);
        throw new ComparisonException($"{program} {arguments[0]} does not listen on port {port}: {said}");
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>Other programs, without a shell.</summary>
internal static class Programs
{
    private const int PollMs = 20;
    private const int MeasuredOnly = 4;

    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    public static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new ComparisonException($"{program} did not start");

    /// <returns>What it wrote to standard output.</returns>
    public static string Run(string program, string[] arguments, out double cpuS)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        long cpuNs = 0;
        while (!process.WaitForExit(PollMs))
        {
            // The clock of a process is gone with it: the last reading is at most 20 ms of its life short.
            long now = MonotonicClock.ProcessCpuNs(process.Id);
            cpuNs = now > 0 ? now : cpuNs;
        }

        cpuS = cpuNs / 1e9;
        // A load that finds its own figures invalid (as at the client's limit, which is compared here) says so by 4, and has measured.
        return process.ExitCode is 0 or MeasuredOnly
            ? output.Result
            : throw new ComparisonException($"{program} {arguments[0]} ended with exit code {process.ExitCode}: {errors.Result.Trim().Split('\n')[^1]}");
    }
}

/// <summary>What was measured on.</summary>
internal static class Host
{
    public static string Line(int[] cpus) =>
        $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, Linux {KernelInfo.Read().Release}, "
            + $"{CpuInfo.Read().ModelName ?? RuntimeInformation.OSArchitecture.ToString()}, "
        + $"{cpus.Length} CPUs, {RuntimeInformation.FrameworkDescription}, load average {LoadAverage():0.0} before; server on CPU {cpus[0]}, client "
            + $"on CPU {cpus[^1]}"
        + (cpus.Length == 1 ? " (the same: no figure of a host with one CPU is worth publishing)" : "");

    /// <summary>Threads that ran or wanted to, on average over the last minute.</summary>
    public static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    public static CpuTimes Times() => CpuTimes.Read()[0];

    /// <summary>The share of all CPU time since then that the hypervisor took.</summary>
    public static string Steal(CpuTimes since)
    {
        CpuTimes now = Times();
        return now.Steal is long steal && since.Steal is long before
            ? $"{100.0 * (steal - before) / (now.Total - since.Total):0.0} %"
            : "an unknown share";
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "peer-comparison-" + System.IO.Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
