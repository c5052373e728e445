using System.Net;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>Every setting there is, each defined once. A new one is a line here and a property of its record.</summary>
public static class CellSettings
{
    /// <summary>All of them, in the order of the columns.</summary>
    public static IReadOnlyList<Setting> All => Lists.All;

    /// <summary>Those that a matrix may name and that make a cell's id.</summary>
    public static IReadOnlyList<Setting> OfCells => Lists.OfCells;

    /// <summary>The options of <c>serve</c>.</summary>
    public static IReadOnlyList<Setting> OfServer => ServerList.All;

    /// <summary>The options of <c>load</c>.</summary>
    public static IReadOnlyList<Setting> OfLoad => LoadList.All;

    /// <summary>Those of a restart.</summary>
    public static IReadOnlyList<Setting> OfRestart => RestartList.All;

    /// <summary><see cref="OfCells"/> by key, each with its default.</summary>
    internal static IReadOnlyList<(Setting Setting, string? Default)> ByKeyWithDefault => Lists.ByKeyWithDefault;

    /// <returns>Null where there is no such key.</returns>
    public static Setting? Find(string key) => Lists.ByKey.GetValueOrDefault(key);

    /// <summary>What a cell is, as <c>run.json</c> has it: every setting of it that is set, by key.</summary>
    public static SortedDictionary<string, string> Describe(Cell cell)
    {
        SortedDictionary<string, string> described = new(StringComparer.Ordinal);
        foreach (Setting setting in OfCells)
        {
            if (setting.Get(cell) is { } value)
            {
                described.Add(setting.Key, value);
            }
        }

        return described;
    }

    /// <summary>The cell that <see cref="Describe"/> described.</summary>
    /// <exception cref="UsageException">A key or value is none of this version's.</exception>
    public static Cell Restore(IEnumerable<KeyValuePair<string, string>> settings)
    {
        Cell cell = Cell.Blank;
        foreach ((string key, string value) in settings)
        {
            cell = Find(key) is { } setting ? setting.Set(cell, value) : throw new UsageException($"setting '{key}' is unknown to this version");
        }

        return cell;
    }

    /// <summary>Command-line arguments that name every setting of a list that is set in a cell.</summary>
    public static IEnumerable<string> ToArguments(IReadOnlyList<Setting> settings, Cell cell)
    {
        foreach (Setting setting in settings)
        {
            if (setting.Get(cell) is { } value)
            {
                yield return $"--{setting.Option}";
                yield return value;
            }
        }
    }

    /// <inheritdoc cref="ToArguments(IReadOnlyList{Setting}, Cell)"/>
    public static IEnumerable<string> ToArguments(ServerSettings server) => ToArguments(OfServer, Cell.Blank with { Server = server });

    /// <inheritdoc cref="ToArguments(IReadOnlyList{Setting}, Cell)"/>
    public static IEnumerable<string> ToArguments(LoadSettings load) => ToArguments(OfLoad, Cell.Blank with { Load = load });

    /// <summary>Made when first asked for: a child process needs the list of its own role only, and its start is part of a restart gap.</summary>
    private static class Lists
    {
        public static readonly IReadOnlyList<Setting> All =
        [
            new(SettingOwner.Cell, "experiment", SettingRole.Condition, "NAME", "what the cell is run for",
                c => c.Experiment.Name, (c, t) => c with { Experiment = Experiment.Parse(t, "experiment") }),
            .. ServerList.All,
            .. LoadList.All,
            .. Relative,
            new(SettingOwner.Cell, "driver", SettingRole.Condition, SettingText.Choices<Driver>(), "what generates the load",
                c => Names.Of(c.Driver), (c, t) => c with { Driver = Names.Parse<Driver>(t, "driver") })
            {
                // An accept-only probe is named by the load itself.
                Words = v => v == Names.Of(Driver.AcceptOnly) ? "" : $"driver {v}",
            },
            new(SettingOwner.Cell, "numa", SettingRole.Condition, SettingText.Choices<NumaPlacement>(),
                "server and swarm on one NUMA node or on different ones; without it all cores are split in the order of the nodes, so that of two nodes "
                    + "each side has one",
                c => c.Numa is NumaPlacement numa ? Names.Of(numa) : null,
                (c, t) => c with { Numa = t.Length == 0 ? null : Names.Parse<NumaPlacement>(t, "numa") })
            {
                WhyNoEffect = c => c.Driver == Driver.AcceptOnly ? "an accept-only probe is pinned to no CPUs" : null,
                Words = v => v == Names.Of(NumaPlacement.Same) ? "server and swarm on one NUMA node" : "server and swarm on different NUMA nodes",
            },
            new(SettingOwner.Cell, "client_hosts", SettingRole.Varied, "HOSTS",
                $"how many of the hosts that --hosts names the swarm runs on: 1 to {Cell.MostClientHosts}, or all; without it all of them",
                c => c.ClientHosts is int hosts ? ClientHosts.ToText(hosts) : null,
                (c, t) => c with { ClientHosts = t.Length == 0 ? null : ClientHosts.Parse(t) })
            {
                WhyNoEffect = c => c.WhyNotOnHosts,
                Words = v => v == "1" ? "swarm on 1 host" : $"swarm on {v} hosts",
            },
            new(SettingOwner.Cell, "stall_worker", SettingRole.Condition, "N", "number of the worker that stands still, from 0",
                c => $"{c.Stall.Worker}", (c, t) => c with { Stall = c.Stall with { Worker = SettingText.Int(t, "stall_worker") } })
            {
                WhyNoEffect = OnlyStalls,
                Words = v => $"worker {v} stands still",
            },
            new(SettingOwner.Cell, "stall_length", SettingRole.Condition, "DURATION", "for how long a worker stands still under a running load; 50ms to 10s",
                c => $"{c.Stall.Length}", (c, t) => c with { Stall = c.Stall with { Length = Duration.Parse(t, "stall_length") } })
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = c => OnlyStalls(c) ?? (c.Driver == Driver.AcceptOnly
                    ? "the stall of an accept-only probe ends when no response has come for a while; use driver: native" : null),
                Words = v => $"stall of {v}",
            },
            .. RestartList.All,
        ];

        private static string? OnlyStalls(Cell cell) =>
            cell.Experiment == Experiment.Stall ? null : $"it belongs to the experiment stall, and this is {cell.Experiment}";

        /// <summary>What a load is in proportion to something that only a cell or a run has: no option of <c>load</c>.</summary>
        private static IEnumerable<Setting> Relative =>
        [
            new(SettingOwner.Cell, "rate_percent", SettingRole.Varied, "N",
                "the rate in percent of the best throughput that the run measures of the servers that are compared; rate: 70% is the same as "
                    + "rate_percent: 70",
                c => c.Load.RatePercent is double percent ? $"{percent}" : null,
                (c, t) => c with
                {
                    Load = t.Length == 0
                        ? c.Load with { RatePercent = null }
                        : c.Load with { RatePercent = SettingText.Number(t, "rate_percent"), Rate = null },
                })
            {
                WhyNoEffect = c => OnlySwarms(c, "sends at a rate"),
            },
            new(SettingOwner.Cell, "connections_per_worker", SettingRole.Varied, "N",
                "connections of the load for each worker of the server; connections: 16/worker is the same as connections_per_worker: 16",
                c => c.Load.ConnectionsPerWorker is int each ? $"{each}" : null,
                (c, t) => c with
                {
                    Load = t.Length == 0
                        ? c.Load with { ConnectionsPerWorker = null }
                        : c.Load with { ConnectionsPerWorker = SettingText.Int(t, "connections_per_worker"), Connections = LoadSettings.DefaultConnections },
                })
            {
                WhyNoEffect = c => OnlySwarms(c, "keeps connections"),
            },
        ];

        private static string? OnlySwarms(Cell cell, string what) => (cell.Driver, cell.Experiment) switch
        {
            (Driver.AcceptOnly, _) => $"only a swarm {what} that can be in proportion, and the driver is {Names.Of(Driver.AcceptOnly)}",
            _ when cell.Experiment == Experiment.Restart => "the load of a restart is of the restart's own size",
            _ => null,
        };

        public static readonly IReadOnlyList<Setting> OfCells = [.. All.Where(s => s.IsOfCells)];

        public static readonly Dictionary<string, Setting> ByKey = All.ToDictionary(s => s.Key);

        public static readonly (Setting Setting, string? Default)[] ByKeyWithDefault = [.. OfCells.OrderBy(s => s.Key).Select(s => (s, s.Default))];
    }

    /// <summary>How many hosts a swarm runs on, as text.</summary>
    private static class ClientHosts
    {
        private const string All = "all";

        public static string ToText(int hosts) => hosts == Cell.AllClientHosts ? All : $"{hosts}";

        public static int Parse(string text) => text == All ? Cell.AllClientHosts
            : SettingText.Int(text, "client_hosts") is >= 1 and <= Cell.MostClientHosts and int hosts ? hosts
            : throw new UsageException($"client_hosts: '{text}' is out of range; use 1 to {Cell.MostClientHosts}, or all");
    }

    /// <summary>
    /// What became of <c>share_cpus</c>: a cell that may share CPUs has enough of its own on a large host, and on a small one a cell shares them that did
    /// not ask.
    /// </summary>
    private static class CpuSharing
    {
        private const string Shared = "shared";
        private const string SharedUnasked = "shared-unasked";
        private const string RealTime = "real-time";

        /// <summary>By the CPUs that both sides really had; the setting where one of them was pinned to none.</summary>
        public static string? Of(Cell cell)
        {
            (CpuList server, CpuList client) = (cell.Server.Cpus, cell.Load.Cpus);
            bool isShared = server.IsEmpty || client.IsEmpty ? cell.Load.ShareCpus : server.Overlaps(client);
            return (isShared, cell.Load.ShareCpus) switch
            {
                (true, true) => Shared,
                (true, false) => SharedUnasked,
                (false, true) => RealTime,
                (false, false) => SettingText.OnOff(false),
            };
        }

        /// <summary>A swarm that may share CPUs takes real-time priority, whatever CPUs it gets.</summary>
        public static string Say(string value) => value switch
        {
            SharedUnasked => "clients on the server's CPUs, at its priority",
            RealTime => "clients at real-time priority",
            _ => "clients on the server's CPUs",
        };
    }

    private static class ServerList
    {
        public static readonly IReadOnlyList<Setting> All =
        [
            Of("variant", SettingRole.Compared, SettingText.Choices<Variant>(), "how the server listens",
                s => Names.Of(s.Variant), (s, t) => s with { Variant = Names.Parse<Variant>(t, "variant") }) with
            {
                WhyNoEffect = NotOfOthers,
            },
            Of("server", SettingRole.Compared, "NAME", "a server of somebody else in place of a variant of ours: the name of its adapter, such as nginx, or "
                + "the path of an adapter file",
                s => s.Program, (s, t) => s with { Program = t.Length == 0 ? null : t }),
            Of("server_mode", SettingRole.Compared, "NAME", "how that server listens, as its adapter calls it; without it the adapter's first mode",
                s => s.ProgramMode, (s, t) => s with { ProgramMode = t.Length == 0 ? null : t }) with
            {
                WhyNoEffect = c => c.Server.Program is null ? "no server of somebody else is named" : null,
            },
            Of("accept", SettingRole.Compared, SettingText.Choices<AcceptMode>(),
                "how the workers of shared wait on their listener; with inherited, epoll or epoll-exclusive; with reuseport, epoll or io-uring; io-uring also "
                    + "in a restart",
                s => Names.Of(s.Accept), (s, t) => s with { Accept = Names.Parse<AcceptMode>(t, "accept") }) with
            {
                WhyNoEffect = c => NotOfOthers(c) ?? (c.Server.Variant, c.Server.Accept) switch
                {
                    (Variant.Shared, _) or (Variant.Reuseport, AcceptMode.Epoll or AcceptMode.IoUring) => null,
                    (Variant.Inherited, AcceptMode.Epoll or AcceptMode.EpollExclusive) => null,
                    (Variant.Inherited, _) => "with inherited each process waits by epoll or by epoll-exclusive",
                    (Variant.Reuseport, _) => "with reuseport each worker waits on a listener of its own, by epoll or by io-uring",
                    _ => Only(c, "shared", "has workers that wait on one listener"),
                },
            },
            Of("selector", SettingRole.Compared, SettingText.Choices<Selector>(), "who picks the listener of a reuseport group",
                s => Names.Of(s.Selector), (s, t) => s with { Selector = Names.Parse<Selector>(t, "selector") }) with
            {
                WhyNoEffect = OnlyGroups,
            },
            Of("workers", SettingRole.Compared, "N", $"serving threads, each with an epoll loop of its own; 1 to {ServerSettings.MaxWorkers}",
                s => $"{s.Workers}", (s, t) => s with { Workers = SettingText.Int(t, "workers") }),
            Of("processes", SettingRole.Compared, "N", "processes that the workers are spread over (reuseport only)",
                s => $"{s.Processes}", (s, t) => s with { Processes = SettingText.Int(t, "processes") }) with
            {
                WhyNoEffect = OnlyGroups,
            },
            Of("reuseaddr", SettingRole.Compared, "on|off", "SO_REUSEADDR on each listener; without it the variant's own default (on for restart, "
                + "off otherwise)",
                s => s.ReuseAddr is bool on ? SettingText.OnOff(on) : null,
                (s, t) => s with { ReuseAddr = t.Length == 0 ? null : SettingText.OnOff(t, "reuseaddr") }) with
            {
                WhyNoEffect = NotOfOthers,
            },
            Of("bind", SettingRole.Condition, "ADDRESS", "local address to listen on; a listener on :: takes IPv4 clients, too",
                s => $"{s.Bind}", (s, t) => s with { Bind = Address(t) }) with
            {
                Words = v => $"server on {v}",
            },
            Of("port", SettingRole.Process, "PORT", "local port; 0 lets the kernel choose, once for a whole group",
                s => $"{s.Port}", (s, t) => s with { Port = SettingText.Int(t, "port") }),
            Of("backlog", SettingRole.Varied, "N", "second argument of listen(2); the kernel cuts it to net.core.somaxconn",
                s => $"{s.Backlog}", (s, t) => s with { Backlog = SettingText.Int(t, "backlog") }) with
            {
                Words = v => $"backlog {v}",
            },
            Of("accept_batch", SettingRole.Varied, "N", "new connections that a worker takes in a row before it serves its others again",
                s => $"{s.AcceptBatch}", (s, t) => s with { AcceptBatch = SettingText.Int(t, "accept-batch") }) with
            {
                WhyNoEffect = NotOfOthers,
                Words = v => $"accept batch {v}",
            },
            Of("rx_cpu_match", SettingRole.Condition, "on|off", "count connections that were received on the CPU of their worker (reuseport only)",
                s => SettingText.OnOff(s.RxCpuMatch), (s, t) => s with { RxCpuMatch = SettingText.OnOff(t, "rx-cpu-match") }) with
            {
                WhyNoEffect = OnlyGroups,
                Words = v => v == "on" ? "receiving CPU counted" : "",
            },
            Of("response_bytes", SettingRole.Condition, "N", "bytes of the response body",
                s => $"{s.ResponseBytes}", (s, t) => s with { ResponseBytes = SettingText.Int(t, "response-bytes") }) with
            {
                Words = v => $"{v} B responses",
            },
            Of("service_time", SettingRole.Condition, "DURATION[:KIND][:SPREAD]",
                "work of each request, as much as an idle core does in that time; kind :cpu burns that much CPU time instead, :wait sleeps; spread :exp "
                    + "draws it from an exponential distribution with that mean, :bimodal gives one in ten 5.5 times the mean and the others half of it, "
                    + ":pareto 0.34 to 344 times the mean (shape 1.5); a server of somebody else takes the kinds that its adapter names",
                s => $"{s.ServiceTime}", (s, t) => s with { ServiceTime = ServiceTime.Parse(t, "service-time") }) with
            {
                Words = v => v == $"{ServiceTime.None}" ? "" : "service time " + v.Replace("us", " µs", StringComparison.Ordinal)
                    .Replace(":cpu", " of CPU time", StringComparison.Ordinal).Replace(":wait", " of waiting", StringComparison.Ordinal)
                    .Replace(":exp", ", exponential", StringComparison.Ordinal).Replace(":bimodal", ", bimodal", StringComparison.Ordinal)
                    .Replace(":pareto", ", bounded Pareto", StringComparison.Ordinal),
            },
            Of("count_accepts", SettingRole.Process, "on|off", "count what a server of somebody else accepts, by tracepoints of the kernel; every system call "
                + "costs more meanwhile",
                s => SettingText.OnOff(s.CountAccepts), (s, t) => s with { CountAccepts = SettingText.OnOff(t, "count-accepts") }) with
            {
                WhyNoEffect = c => c.Server.Program is null ? "our own servers count what they accept themselves" : null,
            },
            Of("rounds_per_us", SettingRole.Process, "N", "loop rounds that a microsecond of service time is; without it the server finds out at its start",
                s => s.RoundsPerUs is double rounds ? $"{rounds}" : null,
                (s, t) => s with { RoundsPerUs = t.Length == 0 ? null : SettingText.Number(t, "rounds-per-us") }) with
            {
                WhyNoEffect = c => c.Server.ServiceTime.IsWork ? null : "no service time is given that is work",
            },
            Of("server_close", SettingRole.Condition, SettingText.Choices<ServerClose>(), "who closes after a response: the client, or the server first",
                s => Names.Of(s.Close), (s, t) => s with { Close = Names.Parse<ServerClose>(t, "close") }) with
            {
                Option = "close",
                WhyNoEffect = NotOfOthers,
                Words = v => $"{v} closes first",
            },
            Of("restart_every", SettingRole.Condition, "DURATION", "how long restart serves between two restarts; from one reload to the next",
                s => $"{s.RestartEvery}", (s, t) => s with { RestartEvery = Duration.Parse(t, "restart-every") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = c => RestartRules.IsBurst(c.Restart) ? null
                    : NotOfOthers(c) ?? (c.Server.Variant == Variant.Restart ? null : Only(c, "restart", "restarts in a loop")),
            },
            Of("server_cpus", SettingRole.Host, "LIST", "CPUs to pin the workers to, such as 0-3,8",
                s => s.Cpus.IsEmpty ? null : $"{s.Cpus}", (s, t) => s with { Cpus = SettingText.Cpus(t, "cpus") }) with
            {
                Option = "cpus",
            },
        ];

        private static Setting Of(
            string key, SettingRole role, string value, string help, Func<ServerSettings, string?> get, Func<ServerSettings, string, ServerSettings> set) =>
            new(SettingOwner.Server, key, role, value, help, c => get(c.Server), (c, t) => c with { Server = set(c.Server, t) });

        private static string? OnlyGroups(Cell cell) =>
            NotOfOthers(cell) ?? (cell.Server.Variant == Variant.Reuseport ? null : Only(cell, "reuseport", "has a listener for each worker"));

        /// <summary>A setting that only our own server knows.</summary>
        private static string? NotOfOthers(Cell cell) =>
            cell.Server.Program is { } program ? $"only our own server has it, and the server is {program}" : null;

        private static string Only(Cell cell, string variant, string what) => $"only {variant} {what}, and the variant is {Names.Of(cell.Server.Variant)}";

        private static IPAddress Address(string text) =>
            IPAddress.TryParse(text, out IPAddress? address)
                ? address
                : throw new UsageException($"bind: '{text}' is not an IP address; use 127.0.0.1, ::1 or an address of this host");
    }

    private static class LoadList
    {
        public static readonly IReadOnlyList<Setting> All =
        [
            Of("workload", SettingRole.Condition, "connect|keepalive|churn:N", "requests on one connection: one, all, or N",
                s => $"{s.Workload}", (s, t) => s with { Workload = Workload.Parse(t, "workload") }),
            Of("connections", SettingRole.Varied, "N", "closed loop: requests outstanding; open loop: the most connections open at once",
                s => s.ConnectionsPerWorker is null ? $"{s.Connections}" : null,
                (s, t) => s with
                {
                    Connections = t.Length == 0 ? LoadSettings.DefaultConnections : SettingText.Int(t, "connections"),
                    ConnectionsPerWorker = null,
                }) with
            {
                Relative = new RelativeValue("/worker", "connections_per_worker"),
            },
            Of("rate", SettingRole.Varied, "N", "requests per second over all threads: an open loop; without it the loop is closed",
                s => s is { RatePercent: null, Rate: double rate } ? $"{rate}" : null,
                (s, t) => s with { Rate = t.Length == 0 ? null : SettingText.Number(t, "rate"), RatePercent = null }) with
            {
                Unit = "rps",
                Relative = new RelativeValue("%", "rate_percent"),
            },
            Of("arrivals", SettingRole.Condition, SettingText.Choices<Arrivals>(), "arrival process of an open loop",
                s => Names.Of(s.Arrivals), (s, t) => s with { Arrivals = Names.Parse<Arrivals>(t, "arrivals") }) with
            {
                WhyNoEffect = c => c.Load.Load != LoadShape.Open ? "a closed loop has no arrivals; give a rate for an open loop"
                    : c.Driver == Driver.Nbomber ? "nbomber spreads the requests of each second over it by itself" : null,
                Words = v => v == Names.Of(Arrivals.Poisson) ? "Poisson arrivals" : $"{v} arrivals",
            },
            Of("client_threads", SettingRole.Varied, "N", "client threads, each with an epoll loop of its own",
                s => $"{s.Threads}", (s, t) => s with { Threads = SettingText.Int(t, "threads") }) with
            {
                Option = "threads",
            },
            Of("sources", SettingRole.Condition, "ADDRESSES", "local addresses, such as 127.0.0.2-127.0.0.33; without it the kernel chooses",
                s => s.Sources.IsAny ? null : $"{s.Sources}", (s, t) =>
                    s with { Sources = t.Length == 0 ? AddressSet.Any : AddressSet.Parse(t, "sources") }) with
            {
                Words = v => $"sources {v}",
            },
            Of("source_plan", SettingRole.Condition, "PLAN", "local ports: ephemeral, sequential, random, stride:K, fixed or fixed:N",
                s => $"{s.SourcePlan}", (s, t) => s with { SourcePlan = SourcePlan.Parse(t, "source-plan") }) with
            {
                Words = v => $"{v} source plan",
            },
            Of("source_ports", SettingRole.Condition, "LOW-HIGH", "ports that a plan may bind; without it net.ipv4.ip_local_port_range",
                s => s.SourcePorts is PortRange ports ? $"{ports}" : null,
                (s, t) => s with { SourcePorts = t.Length == 0 ? null : PortRange.Parse(t, "source-ports") }) with
            {
                WhyNoEffect = c => c.Load.SourcePlan.BindsPorts ? null : "the kernel picks the ports of the plan ephemeral; name a source_plan that binds them",
                Words = v => $"source ports {v}",
            },
            Of("close", SettingRole.Varied, SettingText.Choices<ConnectionClose>(), "how a connection ends: client's reset, client's FIN, or server's FIN",
                s => Names.Of(s.Close), (s, t) => s with { Close = Names.Parse<ConnectionClose>(t, "close") }) with
            {
                Words = v => v == Names.Of(ConnectionClose.Server) ? "server closes by FIN" : $"client closes by {v.ToUpperInvariant()}",
            },
            Of("dual_stack", SettingRole.Condition, "on|off", "half of the connections come over IPv4 and half over IPv6, in turn; the target is a name of "
                + "both families, or a listener on ::",
                s => SettingText.OnOff(s.DualStack), (s, t) => s with { DualStack = SettingText.OnOff(t, "dual-stack") }) with
            {
                WhyNoEffect = c => c.Driver != Driver.Native ? $"only the native swarm has clients of both families, and the driver is {Names.Of(c.Driver)}"
                    : c.Server.Program is { } program ? $"what a server of somebody else listens on is its adapter's to say, and the server is {program}"
                    : c.Restart is { Method: RestartMethod.NoneSameTuples } ? "none-same-tuples probes from the addresses and ports that TIME_WAIT holds"
                    : null,
                Words = v => v == SettingText.OnOff(true) ? "IPv4 and IPv6 clients" : "",
            },
            Of("request_bytes", SettingRole.Condition, "N", "bytes of the request body; 0 sends a GET, more a POST",
                s => $"{s.RequestBytes}", (s, t) => s with { RequestBytes = SettingText.Int(t, "request-bytes") }) with
            {
                Words = v => $"{v} B of request body",
            },
            Of("path", SettingRole.Condition, "PATH", "path of the request line",
                s => s.Path, (s, t) => s with { Path = t }) with
            {
                Words = v => $"path {v}",
            },
            Of("request_headers", SettingRole.Condition, "HEADERS", "header lines of the request, such as 'Host: example.org | Accept: */*'; Host "
                + "names the target unless it is among them",
                s => s.RequestHeaders.IsEmpty ? null : $"{s.RequestHeaders}", (s, t) =>
                    s with { RequestHeaders = HeaderLines.Parse(t, "request-headers") }) with
            {
                Words = v => $"request headers {v}",
            },
            Of("duration", SettingRole.Condition, "DURATION", "length of the measured window",
                s => $"{s.Duration}", (s, t) => s with { Duration = Duration.Parse(t, "duration") }) with
            {
                Unit = Setting.Milliseconds,
            },
            Of("warmup", SettingRole.Condition, "DURATION", "load before the window; its figures are thrown away",
                s => $"{s.Warmup}", (s, t) => s with { Warmup = Duration.Parse(t, "warmup") }) with
            {
                Unit = Setting.Milliseconds,
            },
            Of("ramp", SettingRole.Condition, "DURATION", "time at the beginning of the warm-up in which the load grows evenly from nothing to all "
                + "of it; 0s to the warm-up",
                s => $"{s.Ramp}", (s, t) => s with { Ramp = Duration.Parse(t, "ramp") }) with
            {
                Unit = Setting.Milliseconds,
                Words = v => $"ramp of {v}",
            },
            Of("open_spacing", SettingRole.Condition, "DURATION", "time from the opening of one persistent connection to that of the next, beginning with the "
                + "warm-up; the window begins when all are open; 0s opens them as fast as the server answers",
                s => $"{s.OpenSpacing}", (s, t) => s with { OpenSpacing = Duration.Parse(t, "open-spacing") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = NotOfPersistent,
                Words = v => $"opened {v} apart",
            },
            Of("idle", SettingRole.Condition, "on|off", "each persistent connection sends one request when it is opened, and none after it (experiment "
                + "fairness)",
                s => SettingText.OnOff(s.Idle), (s, t) => s with { Idle = SettingText.OnOff(t, "idle") }) with
            {
                WhyNoEffect = c => NotOfPersistent(c) ?? (c.Experiment == Experiment.Fairness
                    ? null
                    : $"idle connections carry no requests, and {c.Experiment} is about requests; use the experiment fairness"),
                Words = v => v == SettingText.OnOff(true) ? "idle connections" : "",
            },
            Of("timeout", SettingRole.Condition, "DURATION", "response timeout; in an open loop also the longest wait for a free connection before "
                + "a request is dropped",
                s => $"{s.Timeout}", (s, t) => s with { Timeout = Duration.Parse(t, "timeout") }) with
            {
                Unit = Setting.Milliseconds,
            },
            Of("connect_timeout", SettingRole.Condition, "DURATION", "after this long a connect counts as lost",
                s => $"{s.ConnectTimeout}", (s, t) => s with { ConnectTimeout = Duration.Parse(t, "connect-timeout") }) with
            {
                Unit = Setting.Milliseconds,
            },
            Of("retry_delay", SettingRole.Condition, "DURATION", "a refused client makes its next attempt after this long",
                s => $"{s.RetryDelay}", (s, t) => s with { RetryDelay = Duration.Parse(t, "retry-delay") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = c => c.Load.Load == LoadShape.Open && c.Driver != Driver.Nbomber ? "an open loop attempts each request once" : null,
            },
            Of("interval", SettingRole.Condition, "DURATION", "width of one interval of the timeline; whole milliseconds",
                s => $"{s.Interval}", (s, t) => s with { Interval = Duration.Parse(t, "interval") }) with
            {
                Unit = Setting.Milliseconds,
            },
            Of("worker_header", SettingRole.Process, "NAME", "response header that names the worker; empty for none",
                s => s.WorkerHeader, (s, t) => s with { WorkerHeader = t }),
            Of("seed", SettingRole.Process, "N", "seed of every random choice",
                s => $"{s.Seed}", (s, t) => s with { Seed = SettingText.Seed(t, "seed") }),
            Of("share_cpus", SettingRole.Condition, "on|off", "run beside the server on its CPUs, with real-time priority to hold the schedule "
                + "(needs CAP_SYS_NICE); for light loads",
                s => SettingText.OnOff(s.ShareCpus), (s, t) => s with { ShareCpus = SettingText.OnOff(t, "share-cpus") }) with
            {
                AsRun = CpuSharing.Of,
                Words = v => v == SettingText.OnOff(false) ? "" : CpuSharing.Say(v),
            },
            Of("client_cpus", SettingRole.Host, "LIST", "CPUs to pin the client threads to, such as 4-7",
                s => s.Cpus.IsEmpty ? null : $"{s.Cpus}", (s, t) => s with { Cpus = SettingText.Cpus(t, "cpus") }) with
            {
                Option = "cpus",
            },
        ];

        private static Setting Of(
            string key, SettingRole role, string value, string help, Func<LoadSettings, string?> get, Func<LoadSettings, string, LoadSettings> set) =>
            new(SettingOwner.Load, key, role, value, help, c => get(c.Load), (c, t) => c with { Load = set(c.Load, t) });

        /// <summary>A setting of connections that the native swarm opens once and keeps.</summary>
        private static string? NotOfPersistent(Cell cell) => cell switch
        {
            { Driver: not Driver.Native } => $"only the native swarm opens its connections so, and the driver is {Names.Of(cell.Driver)}",
            { Load.Load: LoadShape.Open } => "an open loop opens connections as its schedule needs them; leave the rate out",
            { Load.Workload.IsKeepalive: false } => $"only persistent connections are opened once, and the workload is {cell.Load.Workload}; use keepalive",
            _ => null,
        };
    }

    private static class RestartList
    {
        public static readonly IReadOnlyList<Setting> All =
        [
            Of("restart_method", SettingRole.Compared, SettingText.Choices<RestartMethod>(), "how the server comes back",
                r => Names.Of(r.Method), (r, t) => r with { Method = Names.Parse<RestartMethod>(t, "restart_method") }),
            Of("restart_stop", SettingRole.Compared, SettingText.Choices<StopSignal>(), "how the old server is stopped: SIGTERM and drained, or SIGKILL",
                r => Names.Of(r.Stop), (r, t) => r with { Stop = Names.Parse<StopSignal>(t, "restart_stop") }) with
            {
                WhyNoEffect = NotOfReloads,
            },
            Of("restart_scope", SettingRole.Compared, SettingText.Choices<RestartScope>(), "whether a process ends and another starts, or one "
                + "process closes and listens again",
                r => Names.Of(r.Scope), (r, t) => r with { Scope = Names.Parse<RestartScope>(t, "restart_scope") }) with
            {
                WhyNoEffect = NotOfReloads,
            },
            Of("restart_load", SettingRole.Compared, SettingText.Choices<RestartLoad>(), "load state: what the server has in hand at the restart",
                r => Names.Of(r.Load), (r, t) => r with { Load = Names.Parse<RestartLoad>(t, "restart_load") }) with
            {
                WhyNoEffect = NotInLoop,
            },
            Of("server_reload", SettingRole.Compared, "NAME", "the reload of a server of somebody else, as its adapter calls it; without it the "
                + "adapter's first",
                r => r.ServerReload, (r, t) => r with { ServerReload = t.Length == 0 ? null : t }) with
            {
                WhyNoEffect = c => NotInLoop(c) ?? (c.Restart!.Method == RestartMethod.Reload ? null : "only the restart method reload has one"),
            },
            Of("migrate_req", SettingRole.Compared, "0|1", "net.ipv4.tcp_migrate_req in the cell's network namespace",
                r => r.MigrateReq?.ToString(), (r, t) => r with { MigrateReq = ZeroOrOne(t) }) with
            {
                WhyNoEffect = NotInLoop,
            },
            Of("restart_timeout", SettingRole.Condition, "DURATION", "after this long without a listener the gap is recorded as ≥; after a reload, how long "
                + "what it replaces may take to go",
                r => $"{r.Timeout}", (r, t) => r with { Timeout = Duration.Parse(t, "restart_timeout") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = NotInLoop,
            },
            Of("start_delay", SettingRole.Condition, "DURATION", "from the start of the new server to its first bind: what a start of your own server "
                + "takes; ours is made ready beforehand",
                r => $"{r.StartDelay}", (r, t) => r with { StartDelay = Duration.Parse(t, "start_delay") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = c => NotOfReloads(c) ?? (c.Restart is { Scope: RestartScope.Thread } ? "no program is started within one process" : null),
                Words = v => $"start takes {v}",
            },
            Of("accept_delay", SettingRole.Condition, "DURATION", "from when the new server has its listener to its first accept: connections wait in "
                + "the listener's queue meanwhile",
                r => $"{r.AcceptDelay}", (r, t) => r with { AcceptDelay = Duration.Parse(t, "accept_delay") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = c => NotOfReloads(c) ?? (c.Restart is { Method: RestartMethod.Transient } ? "a transient member accepts nothing" : null),
                Words = v => $"first accept {v} after listen",
            },
            Of("resize_to", SettingRole.Compared, "N", $"workers, and so listeners, after a resize; 1 to {ServerSettings.MaxWorkers}, other than workers",
                r => r.ResizeTo?.ToString(), (r, t) => r with { ResizeTo = t.Length == 0 ? null : SettingText.Int(t, "resize_to") }) with
            {
                WhyNoEffect = c => NotOfReloads(c) ?? Only(c, RestartMethod.Resize, "changes the number of workers"),
            },
            Of("restart_count", SettingRole.Condition, "N", $"restarts one after another in each repeat; 1 to {RestartSettings.MostRestarts}; reloads come one "
                + "every restart_every, whether or not the one before is over",
                r => $"{r.Count}", (r, t) => r with { Count = SettingText.Int(t, "restart_count") }) with
            {
                WhyNoEffect = NotInLoop,
                Words = v => v == "1" ? "" : $"{v} restarts in a row",
                WordsIn = (v, c) => v == "1" ? "" : $"{v} {(RestartRules.IsBurst(c.Restart) ? "reloads" : "restarts")} in a row",
            },
            Of("member_stay", SettingRole.Condition, "DURATION", "how long a transient member of the group listens before it leaves",
                r => $"{r.MemberStay}", (r, t) => r with { MemberStay = Duration.Parse(t, "member_stay") }) with
            {
                Unit = Setting.Milliseconds,
                WhyNoEffect = c => NotOfReloads(c) ?? Only(c, RestartMethod.Transient, "has a member that leaves"),
                Words = v => $"member stays {v}",
            },
        ];

        private static Setting Of(
            string key, SettingRole role, string value, string help, Func<RestartSettings, string?> get, Func<RestartSettings, string, RestartSettings> set) =>
            new(SettingOwner.Restart, key, role, value, help, c => c.Restart is { } r ? get(r) : null, (c, t) =>
                c with { Restart = set(c.Restart ?? new RestartSettings(), t) })
            {
                WhyNoEffect = OnlyRestarts,
            };

        private static string? OnlyRestarts(Cell cell) =>
            cell.Experiment == Experiment.Restart ? null : $"it belongs to the experiment restart, and this is {cell.Experiment}";

        /// <summary>The loop stops and starts its listener in one process, under the cell's own load.</summary>
        private static string? NotInLoop(Cell cell) =>
            OnlyRestarts(cell) ?? (cell.Restart is null or { Method: RestartMethod.Loop } ? "the loop restarts within one process under the cell's "
                + "own load; name a restart_method" : null);

        private static string? NotOfReloads(Cell cell) =>
            NotInLoop(cell) ?? (cell.Restart!.Method == RestartMethod.Reload ? "a reload is what server_reload says" : null);

        private static string? Only(Cell cell, RestartMethod method, string what) => cell.Restart!.Method == method
            ? null
            : $"only the method {Names.Of(method)} {what}, and this is {Names.Of(cell.Restart.Method)}";

        private static int? ZeroOrOne(string text) => text switch
        {
            "" => null,
            "0" => 0,
            "1" => 1,
            _ => throw new UsageException($"migrate_req: '{text}' is unknown; use 0 or 1"),
        };
    }
}
