using System.Globalization;
using System.Text.RegularExpressions;

namespace ReuseBench.SystemTests;

/// <summary>
/// What a packet capture says of the connections to one port: when each began, and what the server's side did with it. A SYN that is sent again, since
/// nobody took the first one, is of the connection that it began with, and not another one that came a second or more later.
/// </summary>
internal sealed partial class PacketCapture
{
    private readonly Dictionary<string, Connection> _connections = [];

    private PacketCapture()
    {
    }

    /// <summary>Those that began, in the order of their SYNs.</summary>
    public IReadOnlyList<Connection> Connections => [.. _connections.Values.OrderBy(c => c.SynS)];

    public int Refused => _connections.Values.Count(c => c.IsRefused);

    /// <summary>Of the longest hole; 0 without any.</summary>
    public double LongestGapMs => Longest?.LengthMs ?? 0;

    /// <summary>The longest time within that hole in which nobody tried: so much of it is the clients', and not the server's. 0 without a hole.</summary>
    public double LongestUntriedMs => Longest?.UntriedMs ?? 0;

    /// <summary>
    /// Between two connections that were taken, by their first SYNs, with none but lost ones between them. (Without a lost one between them nobody had
    /// tried: the capture begins before the probes do.)
    /// </summary>
    private Hole? Longest => Holes().MaxBy(hole => hole.LengthMs);

    /// <summary>The time from the last SYN of a connection that got data back to the last SYN after it; 0 where none came after it.</summary>
    public double OpenGapMs
    {
        get
        {
            IReadOnlyList<Connection> connections = Connections;
            double served = connections.Last(c => c.IsServed).SynS;
            return (connections[^1].SynS - served) * 1000;
        }
    }

    /// <summary>The port that most SYNs go to.</summary>
    /// <param name="text">As for <see cref="Parse"/>.</param>
    public static int BusiestPort(string text) => text.Split('\n')
        .Where(line => line.Contains("Flags [S],", StringComparison.Ordinal))
        .Select(line => line.Split(' ')[4].TrimEnd(':'))
        .GroupBy(target => int.Parse(target[(target.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture))
        .MaxBy(group => group.Count())!.Key;

    /// <param name="text">Of <c>tcpdump -tt -n -r FILE</c>, from addresses and to the port of interest only.</param>
    /// <param name="serverPort">The port of the server.</param>
    public static PacketCapture Parse(string text, int serverPort)
    {
        PacketCapture capture = new();
        foreach (Match packet in Packet().Matches(text))
        {
            capture.Add(packet, serverPort);
        }

        return capture;
    }

    private IEnumerable<Hole> Holes()
    {
        double? last = null;
        double? tried = null;
        double untried = 0;
        bool lost = false;
        foreach (Connection connection in Connections)
        {
            untried = Math.Max(untried, connection.SynS - (tried ?? connection.SynS));
            tried = connection.SynS;
            if (!connection.IsTaken)
            {
                lost = true;
                continue;
            }

            if (lost && last is double before)
            {
                yield return new Hole((connection.SynS - before) * 1000, untried * 1000);
            }

            last = connection.SynS;
            untried = 0;
            lost = false;
        }
    }

    private void Add(Match packet, int serverPort)
    {
        double time = double.Parse(packet.Groups["time"].ValueSpan, CultureInfo.InvariantCulture);
        string flags = packet.Groups["flags"].Value;
        bool fromServer = packet.Groups["from"].Value.EndsWith($".{serverPort}", StringComparison.Ordinal);
        string client = packet.Groups[fromServer ? "to" : "from"].Value;
        int length = int.Parse(packet.Groups["length"].ValueSpan, CultureInfo.InvariantCulture);
        if (!fromServer && flags == "S")
        {
            string sequence = packet.Groups["seq"].Value;
            if (_connections.TryGetValue(client, out Connection? same) && same.Sequence == sequence)
            {
                same.IsSentAgain = true;
                return;
            }

            // A port that is used again begins a new connection; the old one is kept under another name.
            if (_connections.Remove(client, out Connection? earlier))
            {
                _connections.Add($"{client} of {earlier.SynS}", earlier);
            }

            _connections.Add(client, new Connection(time, sequence));
        }
        else if (_connections.TryGetValue(client, out Connection? connection))
        {
            connection.Add(flags, length, fromServer);
        }
    }

    [GeneratedRegex(
        @"^(?<time>[\d.]+) IP (?<from>\S+) > (?<to>[^:]+): Flags \[(?<flags>[^\]]+)\](, seq (?<seq>\d+))?.* length (?<length>\d+)", RegexOptions.Multiline)]
    private static partial Regex Packet();

    /// <param name="LengthMs">From SYN to SYN.</param>
    /// <param name="UntriedMs">The longest time between two SYNs in it.</param>
    private sealed record Hole(double LengthMs, double UntriedMs);

    internal sealed class Connection(double synS, string sequence)
    {
        private bool _isEnded;
        private bool _isGivenUp;

        /// <summary>When its first SYN was sent.</summary>
        public double SynS { get; } = synS;

        /// <summary>The sequence number of its SYN.</summary>
        public string Sequence { get; } = sequence;

        /// <summary>Nobody took the first SYN.</summary>
        public bool IsSentAgain { get; set; }

        /// <summary>SYN-ACK: the kernel took it into the queue.</summary>
        public bool IsAccepted { get; private set; }

        /// <summary>RST before any data, and before the client ended it itself.</summary>
        public bool IsReset { get; private set; }

        public bool IsServed { get; private set; }

        public bool IsRefused => IsReset && !IsAccepted;

        /// <summary>
        /// As the gap has it: taken at the first SYN and not lost. It was served; or nobody but the client ended it, whose patience did while it waited
        /// for its turn.
        /// </summary>
        public bool IsTaken => !IsSentAgain && (IsServed || (IsAccepted && !_isEnded));

        public void Add(string flags, int length, bool fromServer)
        {
            bool ends = flags.Contains('F', StringComparison.Ordinal) || flags.Contains('R', StringComparison.Ordinal);
            if (!fromServer)
            {
                _isGivenUp |= ends && !IsServed;
                return;
            }

            IsAccepted |= flags == "S.";
            IsReset |= flags.StartsWith('R') && !IsServed && !_isGivenUp;
            _isEnded |= ends && !IsServed && !_isGivenUp && length == 0;
            IsServed |= length > 0;
        }
    }
}
