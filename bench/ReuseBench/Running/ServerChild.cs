using System.Text.Json;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Running;

/// <summary>The server under test, in a process of its own: its ready line, its counters while it runs, its stats at the end.</summary>
internal sealed class ServerChild : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly ChildRole _role;
    private readonly RepeatLog _log;
    private readonly Task _errors;

    private ServerChild(ChildRole role, SharedMapping page, int workers, RepeatLog log)
    {
        _role = role;
        _log = log;
        Page = new ServerPageReader(page, workers);
        _errors = Task.Run(() => log.Copy("serve", role.Error));
    }

    public ServerPageReader Page { get; }

    public ServerReady Ready { get; private set; } = null!;

    /// <summary>Starts the server and waits until it listens.</summary>
    /// <exception cref="RepeatFailedException">It ended or said nothing in time.</exception>
    public static ServerChild Start(ServerSettings settings, RepeatLog log, int workerBase = 0)
    {
        SharedMapping page = SharedMapping.CreateAnonymous("reusebench-server", ServerPage.Size(workerBase + settings.Workers));
        ChildRole role = ChildRole.Start(
            "serve",
            [.. CellSettings.ToArguments(settings), "--page", page.Path, "--worker-base", $"{workerBase}"]);
        role.Input.Close();
        ServerChild server = new(role, page, workerBase + settings.Workers, log);
        try
        {
            server.Ready = JsonSerializer.Deserialize(server.ReadLine(ServerReady.Prefix, StartLimit), WireJson.Default.ServerReady)!;
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>CPU time of all its processes so far, in nanoseconds; null where one of them could not be read.</summary>
    public long? CpuNs()
    {
        long sum = 0;
        foreach (int pid in Ready.Pids)
        {
            long cpu = MonotonicClock.ProcessCpuNs(pid);
            if (cpu < 0)
            {
                return null;
            }

            sum += cpu;
        }

        return sum;
    }

    /// <exception cref="RepeatFailedException">It did not end in time, or not with its stats.</exception>
    public ServerStats Stop()
    {
        _role.Terminate();
        string json = ReadLine(ServerStats.Prefix, StopLimit);
        int exitCode = _role.WaitForExit(StopLimit);
        return exitCode == 0
            ? JsonSerializer.Deserialize(json, WireJson.Default.ServerStats)!
            : throw new RepeatFailedException($"the server ended with exit code {exitCode}: {_log.LastLine}");
    }

    public void Dispose()
    {
        _role.Dispose();
        _errors.Wait(StopLimit);
        Page.Dispose();
    }

    private string ReadLine(string prefix, TimeSpan limit)
    {
        Task<string?> reading = _role.Output.ReadLineAsync();
        if (!reading.Wait(limit))
        {
            throw new RepeatFailedException($"the server did not say {prefix.Trim()} within {limit.TotalSeconds:0} s");
        }

        if (reading.Result is { } line && line.StartsWith(prefix, StringComparison.Ordinal))
        {
            return line[prefix.Length..];
        }

        _ = _errors.Wait(TimeSpan.FromSeconds(1));
        throw new RepeatFailedException($"the server ended before it said {prefix.Trim()}: {_log.LastLine}");
    }
}
