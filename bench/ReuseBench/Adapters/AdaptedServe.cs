using System.Collections.Concurrent;
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
                AcceptedOutside outside = server.Outside();
                _ = server.Stop();
                ServerStats stats = new() { Accepted = 0, Requests = 0, BadRequests = 0, Restarts = 0, CpuS = 0, Workers = [], Outside = outside };
                Print(output, ServerStats.Prefix + JsonSerializer.Serialize(stats, WireJsonWriter.Default.ServerStats));
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

    /// <param name="server">That is told.</param>
    /// <param name="line">A <see cref="ReloadOrder"/>.</param>
    /// <param name="output">Gets what came of it.</param>
    /// <param name="isChild">Whether a parent of ours wrote the line.</param>
    /// <exception cref="UsageException">Of a child: the reload cannot be done. By hand it is said, and the server goes on.</exception>
    private static void Obey(AdaptedServer server, string line, TextWriter output, bool isChild)
    {
        try
        {
            ServerReloaded done = server.Reload(ReloadOrder.Parse(line));
            Print(output, ServerReloaded.Prefix + JsonSerializer.Serialize(done, WireJsonWriter.Default.ServerReloaded));
        }
        catch (UsageException e) when (!isChild)
        {
            Console.Error.WriteLine(e.Message);
        }
    }

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
