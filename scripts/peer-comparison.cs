#!/usr/bin/env dotnet
#:project ../core/ReuseBench.Core/ReuseBench.Core.csproj
#:project ../core/ReuseBench.Linux/ReuseBench.Linux.csproj

// Our swarm and wrk in turn against the same server, several rounds: throughput and client CPU per request, as ratios.
//
//   dotnet run -c Release scripts/peer-comparison.cs -- [--rounds 7] [--seconds 4] [--connections 64] [--server nginx|serve]
//
// Wants wrk (and nginx, for --server nginx) from the distribution's packages and the Release build of bench/ReuseBench. One client
// thread on the last CPU, one server worker on the first. Everything listens on 127.0.0.1, on a port of this script's choice, and is
// stopped by its process id. CPU per request is that of the whole process for wrk, that of the measured window for ours, which leaves
// out the runtime's start; wrk has none worth counting.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

Options options = Options.Parse(args);
string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));
string reusebench = Path.Combine(root, "artifacts", "bin", "ReuseBench", "release", "reusebench");
int[] cpus = CpuAffinity.OfCurrentThread();
using TemporaryFolder folder = new();
using Server server = options.Server == "nginx" ? Server.Nginx(folder.Path, cpus[0]) : Server.Ours(reusebench, cpus[0]);

Console.WriteLine($"{options.Server}, keepalive, closed loop, {options.Connections} connections, server on CPU {cpus[0]}, client on CPU {cpus[^1]}");
Console.WriteLine($"{"round",5} {"ours/s",10} {"wrk/s",10} {"ratio",7} {"ours us",8} {"wrk us",8} {"ratio",7}");
List<Figures> ours = [];
List<Figures> peers = [];
for (int round = 1; round <= options.Rounds; round++)
{
    // Alternating who goes first, so that a drift of the machine favours neither.
    Figures our = default;
    if (round % 2 == 1)
    {
        our = Swarm();
    }

    Figures peer = Wrk();
    if (round % 2 == 0)
    {
        our = Swarm();
    }

    ours.Add(our);
    peers.Add(peer);
    Console.WriteLine(
        $"{round,5} {our.PerSecond,10:0} {peer.PerSecond,10:0} {our.PerSecond / peer.PerSecond,7:0.000} {our.CpuUs,8:0.00} {peer.CpuUs,8:0.00} {our.CpuUs / peer.CpuUs,7:0.000}");
}

Print("throughput, ours over wrk", ours.Zip(peers, (a, b) => a.PerSecond / b.PerSecond));
Print("client CPU per request, ours over wrk", ours.Zip(peers, (a, b) => a.CpuUs / b.CpuUs));
return 0;

void Print(string what, IEnumerable<double> ratios)
{
    Sample sample = Sample.Of(ratios)!;
    string interval = sample.Low is double low ? $", 95 % of the median {low:0.000} to {sample.High:0.000}" : "";
    Console.WriteLine($"{what}: median {sample.Median:0.000}, {sample.Min:0.000} to {sample.Max:0.000} over {sample.Count} rounds{interval}");
}

Figures Swarm()
{
    string json = Run(
        reusebench,
        [
            "load", "--target", $"127.0.0.1:{server.Port}", "--workload", "keepalive", "--connections", $"{options.Connections}", "--threads", "1",
            "--duration", $"{options.Seconds}s", "--warmup", "1s", "--cpus", $"{cpus[^1]}", "--worker-header", "", "--json",
        ],
        out _);
    LoadDocument document = JsonSerializer.Deserialize(json, WireJson.Default.LoadDocument)!;
    return new Figures(document.ThroughputRps!.Value, document.ClientCpuS!.Value * 1e6 / document.Requests);
}

Figures Wrk()
{
    string text = Run(
        "taskset",
        ["-c", $"{cpus[^1]}", "wrk", "-t", "1", "-c", $"{options.Connections}", "-d", $"{options.Seconds}s", $"http://127.0.0.1:{server.Port}/"],
        out double cpuS);
    Match match = Regex.Match(text, @"(\d+) requests in ([\d.]+)s");
    double requests = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    return new Figures(requests / double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), cpuS * 1e6 / requests);
}

static string Run(string program, string[] arguments, out double cpuS)
{
    ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
    using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    Task<string> errors = process.StandardError.ReadToEndAsync();
    long cpuNs = 0;
    Task<string> output = process.StandardOutput.ReadToEndAsync();
    while (!process.WaitForExit(20))
    {
        // The clock of a process is gone with it: the last reading is at most 20 ms of its life short.
        long now = MonotonicClock.ProcessCpuNs(process.Id);
        cpuNs = now > 0 ? now : cpuNs;
    }

    cpuS = cpuNs / 1e9;
    return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
}

static string ThisFile([CallerFilePath] string path = "") => path;

internal readonly record struct Figures(double PerSecond, double CpuUs);

internal sealed record Options(int Rounds, int Seconds, int Connections, string Server)
{
    public static Options Parse(string[] arguments)
    {
        Dictionary<string, string> values = new() { ["--rounds"] = "7", ["--seconds"] = "4", ["--connections"] = "64", ["--server"] = "nginx" };
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (!values.ContainsKey(arguments[i]) || i + 1 == arguments.Length)
            {
                Console.Error.WriteLine($"peer-comparison: '{arguments[i]}' is none of {string.Join(", ", values.Keys)} with a value");
                Environment.Exit(2);
            }

            values[arguments[i]] = arguments[i + 1];
        }

        return new Options(Number(values, "--rounds"), Number(values, "--seconds"), Number(values, "--connections"), values["--server"]);
    }

    private static int Number(Dictionary<string, string> values, string key) => int.Parse(values[key], CultureInfo.InvariantCulture);
}

internal sealed class Server : IDisposable
{
    private readonly Process _process;

    private Server(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static Server Nginx(string folder, int cpu)
    {
        int port = FreePort();
        string config = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(config, $$"""
            daemon off;
            worker_processes 1;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { worker_connections 4096; }
            http {
              access_log off;
              keepalive_requests 100000000;
              server {
                listen 127.0.0.1:{{port}};
                location / { default_type text/plain; return 200 "{{new string('x', 128)}}"; }
              }
            }
            """);
        return Start("taskset", ["-c", $"{cpu}", "nginx", "-c", config, "-e", Path.Combine(folder, "error.log")], port);
    }

    public static Server Ours(string reusebench, int cpu)
    {
        int port = FreePort();
        return Start(reusebench, ["serve", "--variant", "single", "--workers", "1", "--port", $"{port}", "--cpus", $"{cpu}"], port);
    }

    public void Dispose()
    {
        ChildProcess.Kill(_process.Id, Signal.Terminate);
        if (!_process.WaitForExit(5000))
        {
            ChildProcess.Kill(_process.Id, Signal.Kill);
        }

        _process.Dispose();
    }

    private static Server Start(string program, string[] arguments, int port)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        _ = process.StandardOutput.ReadToEndAsync();
        for (int attempt = 0; attempt < 200; attempt++)
        {
            using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return new Server(process, port);
            }
            catch (SocketException) when (!process.HasExited)
            {
                Thread.Sleep(50);
            }
        }

        throw new InvalidOperationException($"{program} does not listen on port {port}");
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "peer-comparison-" + System.IO.Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
