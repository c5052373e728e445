using ReuseBench.Bench.Running;
using ReuseBench.Core.Cells;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Fairness;

/// <summary>Listeners that are a <c>serve</c> process each; a tuple's listener is who answers it.</summary>
internal sealed class ProcessAffinityGroup(ServerSettings settings, RepeatLog log, CancellationToken cancel) : IAffinityGroup
{
    /// <summary>Far longer than an idle server on loopback takes.</summary>
    private const int TimeoutSeconds = 5;

    private readonly List<ServerChild?> _servers = [];
    private int _port = settings.Port;

    public string JoinedBy => "x-worker";

    public void Build(int listeners)
    {
        Dispose();
        _servers.Clear();
        for (int listener = 0; listener < listeners; listener++)
        {
            // Each is ready before the next starts: the order of listen(2) is that of the numbers.
            Add();
        }
    }

    public void Add()
    {
        ServerSettings one = settings with { Workers = 1, Processes = 1, Port = _port };
        ServerChild server = ServerChild.Start(one, log, workerBase: _servers.Count);
        _servers.Add(server);
        _port = server.Ready.Port;
    }

    public void Close(int listener)
    {
        _ = _servers[listener]!.Stop();
        _servers[listener]!.Dispose();
        _servers[listener] = null;
    }

    public int[] Observe(IReadOnlyList<SockAddr> tuples)
    {
        SockAddr target = SockAddr.From(settings.Bind, (ushort)_port);
        byte[] answer = new byte[settings.ResponseBytes + 1024];
        return [.. tuples.Select(tuple => Ask(tuple, target, answer))];
    }

    public void Dispose()
    {
        foreach (ServerChild? server in _servers)
        {
            server?.Dispose();
        }
    }

    private int Ask(SockAddr tuple, SockAddr target, byte[] answer)
    {
        cancel.ThrowIfCancellationRequested();

        // Blocking, within the timeout: one connection at a time, to a server that is idle.
        int fd = LinuxException.ThrowIfError(SocketCalls.StreamBlocking(tuple.Family), "socket", tuple);
        try
        {
            _ = LinuxException.ThrowIfError(SocketCalls.SetTimeouts(fd, TimeoutSeconds), "setsockopt SO_RCVTIMEO", tuple);
            if (SocketCalls.Bind(fd, tuple) < 0)
            {
                return -1;
            }

            int result = SocketCalls.Connect(fd, target);
            result = result < 0 ? result : SocketCalls.Send(fd, "GET / HTTP/1.1\r\nHost: affinity\r\n\r\n"u8);
            result = result < 0 ? result : SocketCalls.Receive(fd, answer);
            return result > 0
                ? WorkerOf(answer.AsSpan(0, result))
                : throw new RepeatFailedException($"a request from {tuple} was not answered ({result})");
        }
        finally
        {
            CensusClient.Reset(fd);
        }
    }

    private static int WorkerOf(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> header = "X-Worker: "u8;
        int at = answer.IndexOf(header);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(answer[(at + header.Length)..], out int worker, out _)
            ? worker
            : throw new RepeatFailedException("an answer names no worker");
    }
}
