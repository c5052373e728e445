using System.Net;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>Every setting of <see cref="ServerSettings"/> as text.</summary>
public static class ServerSettingsTable
{
    public static IReadOnlyList<Setting<ServerSettings>> All { get; } =
    [
        new("variant", "variant", Choices<Variant>(), "the way of listening",
            s => Names.Of(s.Variant), (s, t) => s with { Variant = Names.Parse<Variant>(t, "variant") }),
        new("workers", "workers", "N", "serving threads, each with an epoll loop of its own",
            s => $"{s.Workers}", (s, t) => s with { Workers = SettingText.Int(t, "workers") }),
        new("processes", "processes", "N", "processes that the workers are spread over (reuseport only)",
            s => $"{s.Processes}", (s, t) => s with { Processes = SettingText.Int(t, "processes") }),
        new("bind", "bind", "ADDRESS", "local address to listen on",
            s => $"{s.Bind}", (s, t) => s with { Bind = Address(t) }),
        new("port", "port", "PORT", "local port; 0 lets the kernel choose, once for a whole group",
            s => $"{s.Port}", (s, t) => s with { Port = SettingText.Int(t, "port") }),
        new("backlog", "backlog", "N", "second argument of listen(2); the kernel cuts it to net.core.somaxconn",
            s => $"{s.Backlog}", (s, t) => s with { Backlog = SettingText.Int(t, "backlog") }),
        new("accept-batch", "accept_batch", "N", "new connections that a worker takes on in a row before its others get their turn",
            s => $"{s.AcceptBatch}", (s, t) => s with { AcceptBatch = SettingText.Int(t, "accept-batch") }),
        new("accept", "accept", Choices<AcceptMode>(), "how the workers of shared wait on their listener",
            s => Names.Of(s.Accept), (s, t) => s with { Accept = Names.Parse<AcceptMode>(t, "accept") }),
        new("selector", "selector", Choices<Selector>(), "who picks the listener of a reuseport group",
            s => Names.Of(s.Selector), (s, t) => s with { Selector = Names.Parse<Selector>(t, "selector") }),
        new("rx_cpu_match", "rx_cpu_match", "on|off", "count connections that were received on the CPU of their worker (reuseport only)",
            s => SettingText.OnOff(s.RxCpuMatch), (s, t) => s with { RxCpuMatch = SettingText.OnOff(t, "rx_cpu_match") }),
        new("reuseaddr", "reuseaddr", "on|off", "SO_REUSEADDR on each listener; without it the variant's own default (on for restart, off otherwise)",
            s => s.ReuseAddr is bool on ? SettingText.OnOff(on) : null, (s, t) => s with { ReuseAddr = SettingText.OnOff(t, "reuseaddr") }),
        new("response-bytes", "response_bytes", "N", "bytes of the response body",
            s => $"{s.ResponseBytes}", (s, t) => s with { ResponseBytes = SettingText.Int(t, "response-bytes") }),
        new("service-time", "service_time", "DURATION[:exp]", "CPU time burnt for each request; :exp draws it from an exponential distribution",
            s => $"{s.ServiceTime}", (s, t) => s with { ServiceTime = ServiceTime.Parse(t, "service-time") }),
        new("close", "server_close", Choices<ServerClose>(), "who closes after an answer: the client, or the server first",
            s => Names.Of(s.Close), (s, t) => s with { Close = Names.Parse<ServerClose>(t, "close") }),
        new("restart-every", "restart_every", "DURATION", "how long restart serves between two restarts",
            s => $"{s.RestartEvery}", (s, t) => s with { RestartEvery = Duration.Parse(t, "restart-every") }),
        new("cpus", "server_cpus", "LIST", "CPUs to pin the workers to, such as 0-3,8",
            s => s.Cpus.IsEmpty ? null : $"{s.Cpus}", (s, t) => s with { Cpus = SettingText.Cpus(t, "cpus") }),
    ];

    private static string Choices<T>()
        where T : struct, Enum => string.Join('|', Names.All<T>());

    private static IPAddress Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address)
            ? address
            : throw new UsageException($"bind: '{text}' is not an IP address; use 127.0.0.1, ::1 or an address of this host");
}
