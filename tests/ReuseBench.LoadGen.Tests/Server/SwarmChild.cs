using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Tests.Server;

/// <summary>
/// A swarm in a process of its own, which a test may stop as a scheduler or a hypervisor would: this program started again with a role in
/// its environment, which is played before the test runner begins.
/// </summary>
internal sealed class SwarmChild : IDisposable
{
    private const string Variable = "REUSEBENCH_TEST_SWARM";

    private readonly Process _process;
    private readonly Task<string> _document;

    /// <summary>1 s of warm-up, so that everything is compiled, and a window of 2 s.</summary>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="connections">Persistent ones.</param>
    /// <param name="rate">0 for a closed loop.</param>
    /// <param name="timeoutMs">Of a request.</param>
    public SwarmChild(ushort port, int connections, double rate, int timeoutMs = 5000)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SwarmChild).Assembly.Location);
        }

        start.Environment[Variable] = $"{port} {connections} {rate} {timeoutMs}";
        _process = Process.Start(start)!;
        _document = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Waits until its window has begun.</summary>
    public async Task WindowAsync()
    {
        while (await _process.StandardError.ReadLineAsync().WaitAsync(SwarmRuns.Limit) is { } line)
        {
            if (line.Contains("\"begin\"", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException("the swarm has ended without a window");
    }

    /// <summary>Stops it for so long, and lets it go on.</summary>
    /// <returns>Since when it certainly stood still, and until when; null where it had ended before.</returns>
    public async Task<Standstill?> StopAsync(int milliseconds)
    {
        if (!TryStop())
        {
            return null;
        }

        long fromNs = MonotonicClock.NowNs();
        await Task.Delay(milliseconds);
        long toNs = MonotonicClock.NowNs();
        GoOn();
        return new Standstill(fromNs, toNs);
    }

    /// <summary>Returns when every thread of it stands still.</summary>
    /// <returns>False where it has ended: on a busy host its window may be over.</returns>
    public bool TryStop()
    {
        if (!TrySignal(Signal.Stop))
        {
            return false;
        }

        bool hasEnded = false;
        Assert.True(SpinWait.SpinUntil(() => (hasEnded = HasEnded()) || Tasks().All(IsStopped), SwarmRuns.Limit), "the swarm is not stopped");
        return !hasEnded;

        static bool IsStopped(string task)
        {
            try
            {
                string stat = File.ReadAllText(Path.Combine(task, "stat"));
                return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('T');
            }
            catch (IOException)
            {
                // The thread has ended while we looked.
                return true;
            }
        }
    }

    public void GoOn() => TrySignal(Signal.Continue);

    public async Task<LoadDocument> ResultAsync() =>
        JsonSerializer.Deserialize(await _document.WaitAsync(SwarmRuns.Limit), WireJson.Default.LoadDocument)!;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit(SwarmRuns.Limit);
        _process.Dispose();
    }

    [ModuleInitializer]
    [SuppressMessage(
        "Usage",
        "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "this is a program; the role must win over the runner's Main")]
    internal static void Play()
    {
        if (Environment.GetEnvironmentVariable(Variable)?.Split(' ') is [string port, string connections, string rate, string timeoutMs])
        {
            LoadSettings settings = SwarmRuns.Short with
            {
                Connections = int.Parse(connections),
                Rate = rate == "0" ? null : double.Parse(rate),
                Timeout = Duration.FromMilliseconds(int.Parse(timeoutMs)),
                Warmup = Duration.FromSeconds(1),
                Duration = Duration.FromSeconds(2),
            };
            Target target = new($"127.0.0.1:{port}", SockAddr.From(IPAddress.Loopback, ushort.Parse(port)));
            Console.Out.Write(Load.ToJson(Swarm.Run(settings, target, new JsonLineSignals(Console.Error), CancellationToken.None)));
            Console.Out.Flush();
            Environment.Exit(0);
        }
    }

    /// <summary>Times of CLOCK_MONOTONIC.</summary>
    internal sealed record Standstill(long FromNs, long ToNs)
    {
        public double Ms => (ToNs - FromNs) / 1e6;

        public bool IsWithin(LoadDocument document) => FromNs > document.WindowBeginNs && ToNs < document.WindowEndNs;
    }

    private bool HasEnded() => _process.HasExited;

    private string[] Tasks()
    {
        try
        {
            return Directory.GetDirectories($"/proc/{_process.Id}/task");
        }
        catch (IOException)
        {
            // It has ended while we looked.
            return [];
        }
    }

    private bool TrySignal(Signal signal)
    {
        int result = HasEnded() ? -ErrnoCode.ESRCH : ChildProcess.Kill(_process.Id, signal);
        if (result != -ErrnoCode.ESRCH)
        {
            LinuxException.ThrowIfError(result, "kill", "the swarm");
        }

        return result != -ErrnoCode.ESRCH;
    }
}
