using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Adapters;

/// <summary>The role <c>serve</c> for a server of somebody else: it runs below this process until this one is told to stop.</summary>
internal static class AdaptedServe
{
    private const string Stopping = "";

    private const double LongestFreezeMs = 10_000;
    private const double LongestWaitMs = 3_600_000;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Prints the READY line once the server serves, a RELOADED line for each reload that standard input asks for, and the STATS line when SIGTERM, or by
    /// hand SIGINT, has ended it. Where the parent dies, it stops all the same.
    /// </summary>
    /// <param name="settings">With <see cref="ServerSettings.Program"/>.</param>
    /// <param name="parentPid">That this process ends with; null where it was started by hand.</param>
    /// <param name="folder">Where the server's files go and stay; null for a folder that goes with it.</param>
    /// <param name="output">Standard output: these lines and nothing else.</param>
    /// <returns>The exit code: 0, or 1 where the server ended by itself.</returns>
    /// <exception cref="UsageException">It cannot be started here.</exception>
    public static int Run(ServerSettings settings, int? parentPid, string? folder, TextWriter output)
    {
        using BlockingCollection<string> orders = [];
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration? interrupt = parentPid is null ? PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop) : null;
        if (parentPid is int parent)
        {
            ChildProcess.IgnoreInterrupt();
            ChildProcess.EndWithParent(parent, Signal.Terminate);
        }

        ChildProcess.AdoptOrphans();
        _ = FileLimit.RaiseToHard();
        if (!settings.Cpus.IsEmpty)
        {
            // The server begins where the thread is that starts it.
            CpuAffinity.SetCurrentThread([.. settings.Cpus.Cpus]);
        }

        using AdaptedServer server = AdaptedServer.Start(settings, folder, Console.Error);
        ServerReady ready = server.Ready;
        if (ready.Listeners != ready.ListenersMeant)
        {
            Console.Error.WriteLine($"not-the-mode: {ready.Program} has {ready.Listeners} listening sockets on port {ready.Port}, and the mode "
                + $"{ready.Variant} means {ready.ListenersMeant}");
        }

        Print(output, ServerReady.Prefix + ready.ToJson());
        if (Console.IsInputRedirected)
        {
            new Thread(() => Listen(orders)) { Name = "orders", IsBackground = true }.Start();
        }

        while (true)
        {
            if (!orders.TryTake(out string? order, Look))
            {
                if (server.End is { } end)
                {
                    Console.Error.WriteLine($"{ready.Program} ended by itself with {end}");
                    return 1;
                }
            }
            else if (order == Stopping)
            {
                _ = server.Stop();
                ServerStats nothing = new() { Accepted = 0, Requests = 0, BadRequests = 0, Restarts = 0, CpuS = 0, Workers = [] };
                Print(output, ServerStats.Prefix + JsonSerializer.Serialize(nothing, WireJsonWriter.Default.ServerStats));
                return 0;
            }
            else
            {
                Obey(server, order, output, isChild: parentPid is not null);
            }
        }

        void Stop(PosixSignalContext signal)
        {
            // Otherwise the runtime would end the process by itself.
            signal.Cancel = true;
            orders.Add(Stopping);
        }
    }

    /// <summary>
    /// A line <c>reload NAME</c>, or <c>reload NAME frozen MS</c>; <c>within MS</c> at its end says how long what it replaces may take to go.
    /// </summary>
    /// <exception cref="UsageException">Of a child: the reload cannot be done. By hand it is said, and the server goes on.</exception>
    private static void Obey(AdaptedServer server, string order, TextWriter output, bool isChild)
    {
        try
        {
            (string name, TimeSpan? frozen, TimeSpan? limit) = Parse(order);
            ServerReloaded done = server.Reload(name.Length == 0 ? null : name, frozen, limit);
            Print(output, ServerReloaded.Prefix + JsonSerializer.Serialize(done, WireJsonWriter.Default.ServerReloaded));
        }
        catch (UsageException e) when (!isChild)
        {
            Console.Error.WriteLine(e.Message);
        }
    }

    private static (string Name, TimeSpan? Frozen, TimeSpan? Limit) Parse(string order)
    {
        string line = order.TrimEnd() + " ";
        if (!line.StartsWith(ServerReloaded.Request, StringComparison.Ordinal))
        {
            throw new UsageException($"'{order}' is no order; write {ServerReloaded.Request}and a reload of the adapter");
        }

        (string rest, TimeSpan? limit) = TimeAfter(ServerReloaded.Within, line[ServerReloaded.Request.Length..].TrimEnd(), order, LongestWaitMs);
        (string name, TimeSpan? frozen) = TimeAfter(ServerReloaded.Frozen, rest, order, LongestFreezeMs);
        return (name, frozen, limit);
    }

    /// <returns>What stands before the word, and the time behind it; null without the word.</returns>
    private static (string Before, TimeSpan? Time) TimeAfter(string word, string line, string order, double mostMs) => line.Split(word, 2) switch
    {
        [var all] => (all, null),
        [var before, var text] when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double ms) && ms > 0 && ms <= mostMs =>
            (before, TimeSpan.FromMilliseconds(ms)),
        var parts => throw new UsageException($"'{order}': '{parts[1]}' is no time; write milliseconds above 0 up to {mostMs}"),
    };

    private static void Listen(BlockingCollection<string> orders)
    {
        try
        {
            while (Console.In.ReadLine() is { } line)
            {
                if (line.Trim().Length > 0)
                {
                    orders.Add(line);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The server is ending.
        }
    }

    private static void Print(TextWriter output, string line)
    {
        output.WriteLine(line);
        output.Flush();
    }
}
