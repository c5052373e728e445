using System.Net;
using System.Text;
using HdrHistogram;
using ReuseBench.Core.Statistics;
using ReuseBench.Linux;

namespace ReuseBench.LoadGen.Tests.Server;

/// <summary>
/// One thread that answers small requests on persistent connections, and measures itself how long each took: from when the kernel had the request
/// until the response was sent.
/// </summary>
internal sealed class StampedServer : IDisposable
{
    private const ulong ListenerData = ulong.MaxValue;

    private static readonly byte[] Response = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nX-Worker: 1\r\nContent-Length: 5\r\n\r\nhello");

    private readonly Descriptor _listener;
    private readonly Epoll _epoll = Epoll.Create();
    private readonly EpollBuffer _events = new(256);
    private readonly byte[] _buffer = new byte[4096];
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly LongHistogram _served = HistogramCodec.New();
    private readonly long _serviceNs;
    private volatile bool _isOver;

    /// <param name="serviceNs">How long it works on each request.</param>
    public StampedServer(long serviceNs = 0)
    {
        _serviceNs = serviceNs;
        _listener = Descriptor.Own(SocketCalls.StreamNonBlocking(SocketCalls.Inet), "socket", "a test server");
        SockAddr address = SockAddr.From(IPAddress.Loopback, 0);
        LinuxException.ThrowIfError(SocketCalls.Bind(_listener.Value, address), "bind", "a test server");
        LinuxException.ThrowIfError(SocketCalls.Listen(_listener.Value, 1024), "listen", "a test server");
        SocketCalls.GetSockName(_listener.Value, out address);
        Target = new Target(address.ToString(), address);
        _epoll.Add(_listener.Value, EpollEvents.In, ListenerData);
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public Target Target { get; }

    public double PercentileUs(double percentile)
    {
        lock (_gate)
        {
            return HistogramCodec.PercentileUs(_served, percentile)!.Value;
        }
    }

    /// <summary>Forgets what it has measured.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _served.Reset();
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
        _epoll.Dispose();
        _listener.Dispose();
    }

    private void Serve()
    {
        HashSet<int> open = [];
        while (!_isOver)
        {
            int count = _epoll.Wait(_events, 20);
            long offsetNs = MonotonicClock.RealtimeOffsetNs();
            for (int i = 0; i < count; i++)
            {
                if (_events.Data(i) == ListenerData)
                {
                    Accept(open);
                }
                else
                {
                    Answer((int)_events.Data(i), offsetNs, open);
                }
            }
        }

        foreach (int fd in open)
        {
            SocketCalls.Close(fd);
        }
    }

    private void Accept(HashSet<int> open)
    {
        for (int fd = SocketCalls.Accept4(_listener.Value); fd >= 0; fd = SocketCalls.Accept4(_listener.Value))
        {
            SocketCalls.SetOption(fd, SocketOption.TimestampNs, 1);
            _epoll.Add(fd, EpollEvents.In, (ulong)fd);
            open.Add(fd);
        }
    }

    private void Answer(int fd, long offsetNs, HashSet<int> open)
    {
        int received = SocketCalls.Receive(fd, _buffer, out long cameNs);
        if (received <= 0)
        {
            SocketCalls.Close(fd);
            open.Remove(fd);
            return;
        }

        long untilNs = MonotonicClock.NowNs() + _serviceNs;
        while (MonotonicClock.NowNs() < untilNs)
        {
        }

        SocketCalls.Send(fd, Response);
        if (cameNs != 0)
        {
            lock (_gate)
            {
                _served.RecordValue(Math.Clamp(MonotonicClock.NowNs() - (cameNs - offsetNs), 1, HistogramCodec.HighestNs));
            }
        }
    }
}
