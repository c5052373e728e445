using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ReuseBench.SystemTests;

/// <summary>
/// The connections to one port in a capture file of Ethernet frames with IPv4 and TCP, put together from sequence numbers and acknowledgements: the
/// order in which packets of two CPUs come to a capture says nothing (draft-ietf-opsawg-pcap, RFC 791, RFC 9293).
/// </summary>
internal sealed class TcpStreams
{
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int EthernetHeader = 14;
    private const int EtherTypeIPv4 = 0x0800;
    private const int ProtocolTcp = 6;

    private const string EndOfHead = "\r\n\r\n";

    private readonly Dictionary<(uint Address, ushort Port), Assembly> _open = [];
    private readonly List<Assembly> _all = [];

    private TcpStreams()
    {
    }

    /// <returns>The connections whose SYN was captured.</returns>
    public static Stream[] Read(string path, int serverPort)
    {
        byte[] file = File.ReadAllBytes(path);
        Assert.Contains(BitConverter.ToUInt32(file), new[] { 0xA1B2C3D4u, 0xA1B23C4Du });
        Assert.Equal(1u, BitConverter.ToUInt32(file, 20)); // LINKTYPE_ETHERNET
        TcpStreams streams = new();
        int length;
        for (int at = FileHeader; at + RecordHeader <= file.Length; at += RecordHeader + length)
        {
            length = BitConverter.ToInt32(file, at + 8);
            Assert.Equal(length, BitConverter.ToInt32(file, at + 12)); // Whole, and not cut to a snapshot.
            streams.Add(file.AsSpan(at + RecordHeader, length), serverPort);
        }

        return [.. streams._all.Select(assembly => assembly.ToStream())];
    }

    private void Add(ReadOnlySpan<byte> frame, int serverPort)
    {
        ReadOnlySpan<byte> ip = frame[EthernetHeader..];
        if (BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherTypeIPv4 || ip[9] != ProtocolTcp)
        {
            return;
        }

        ReadOnlySpan<byte> tcp = ip[((ip[0] & 0xF) * 4)..BinaryPrimitives.ReadUInt16BigEndian(ip[2..])];
        Segment segment = new(
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            (Flags)tcp[13],
            tcp[((tcp[12] >> 4) * 4)..].ToArray());
        (ushort from, ushort to) = (BinaryPrimitives.ReadUInt16BigEndian(tcp), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        bool fromServer = from == serverPort;
        if (!fromServer && to != serverPort)
        {
            return;
        }

        (uint, ushort) client = (BinaryPrimitives.ReadUInt32BigEndian(ip[(fromServer ? 16 : 12)..]), fromServer ? to : from);
        if (!fromServer && (segment.Flags & (Flags.Syn | Flags.Ack)) == Flags.Syn
            && !(_open.TryGetValue(client, out Assembly? old) && old.BeganAt == segment.Sequence))
        {
            // A port that is used again begins a new connection.
            Assembly begun = new(segment.Sequence);
            _open[client] = begun;
            _all.Add(begun);
        }
        else if (_open.TryGetValue(client, out Assembly? assembly))
        {
            assembly.Add(segment, fromServer);
        }
    }

    [Flags]
    private enum Flags : byte
    {
        Fin = 1,
        Syn = 2,
        Rst = 4,
        Ack = 16,
    }

    private sealed record Segment(uint Sequence, uint Acknowledged, Flags Flags, byte[] Data);

    private sealed class Assembly(uint clientSyn)
    {
        private readonly SortedDictionary<uint, byte[]> _fromClient = [];
        private readonly SortedDictionary<uint, byte[]> _fromServer = [];
        private uint? _serverSyn;
        private uint? _acknowledgedByEnd;
        private uint _acknowledged;
        private bool _isReset;

        public uint BeganAt => clientSyn;

        public void Add(Segment segment, bool fromServer)
        {
            if (!fromServer)
            {
                Keep(_fromClient, segment.Sequence - clientSyn - 1, segment.Data);
                return;
            }

            _isReset |= (segment.Flags & Flags.Rst) != 0;
            if ((segment.Flags & Flags.Syn) != 0)
            {
                _serverSyn = segment.Sequence;
            }
            else if (_serverSyn is uint began && (segment.Flags & Flags.Rst) == 0)
            {
                Keep(_fromServer, segment.Sequence - began - 1, segment.Data);
                _acknowledged = Math.Max(_acknowledged, segment.Acknowledged - clientSyn - 1);
                if ((segment.Flags & Flags.Fin) != 0)
                {
                    // A FIN that is sent again may acknowledge more: the first one says what the server had.
                    _acknowledgedByEnd = Math.Min(_acknowledgedByEnd ?? uint.MaxValue, segment.Acknowledged - clientSyn - 1);
                }
            }
        }

        public Stream ToStream()
        {
            List<uint> requests = Ends(Joined(_fromClient));
            return new Stream
            {
                Requests = requests.Count,
                Responses = WholeResponses(Joined(_fromServer)),
                LastRequestEnd = requests.LastOrDefault(),
                AcknowledgedByEnd = _acknowledgedByEnd,
                Acknowledged = _acknowledged,
                IsReset = _isReset,
                IsRefused = _isReset && _serverSyn is null,
            };
        }

        private static void Keep(SortedDictionary<uint, byte[]> side, uint at, byte[] data)
        {
            if (data.Length > 0 && (!side.TryGetValue(at, out byte[]? known) || known.Length < data.Length))
            {
                side[at] = data;
            }
        }

        /// <summary>The bytes in their order; what was sent twice once.</summary>
        private static string Joined(SortedDictionary<uint, byte[]> side)
        {
            StringBuilder text = new();
            foreach ((uint at, byte[] data) in side)
            {
                Assert.True(at <= text.Length, "bytes are missing in the capture");
                int known = text.Length - (int)at;
                text.Append(Encoding.Latin1.GetString(data.AsSpan(Math.Min(known, data.Length))));
            }

            return text.ToString();
        }

        /// <summary>Where requests end, none of which has a body.</summary>
        private static List<uint> Ends(string requests)
        {
            List<uint> ends = [];
            for (int at = requests.IndexOf(EndOfHead, StringComparison.Ordinal); at >= 0; at = requests.IndexOf(EndOfHead, at + 1, StringComparison.Ordinal))
            {
                ends.Add((uint)(at + EndOfHead.Length));
            }

            return ends;
        }

        /// <summary>Responses, each with its length; the last one may be cut.</summary>
        private static int WholeResponses(string text)
        {
            const string Length = "content-length: ";
            int count = 0;
            int at = 0;
            for (int end = text.IndexOf(EndOfHead, StringComparison.Ordinal); end >= 0; end = text.IndexOf(EndOfHead, at, StringComparison.Ordinal))
            {
                string head = text[at..end];
                int field = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
                Assert.True(field >= 0, $"a response without a length: {head}");
                at = end + EndOfHead.Length + int.Parse(head[(field + Length.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
                if (at > text.Length)
                {
                    break;
                }

                count++;
            }

            return count;
        }
    }

    /// <summary>One connection: what each side said, and how the server ended it.</summary>
    internal sealed record Stream
    {
        public required int Requests { get; init; }

        /// <summary>Whole ones.</summary>
        public required int Responses { get; init; }

        /// <summary>Bytes of the client up to the end of its last request.</summary>
        public required uint LastRequestEnd { get; init; }

        /// <summary>Bytes of the client that the server's FIN acknowledges; null where there was none.</summary>
        public required uint? AcknowledgedByEnd { get; init; }

        /// <summary>Bytes of the client that the server acknowledged in all, but by a reset.</summary>
        public required uint Acknowledged { get; init; }

        /// <summary>By the server.</summary>
        public required bool IsReset { get; init; }

        /// <summary>Its SYN was answered by a reset.</summary>
        public required bool IsRefused { get; init; }

        private bool HasUnanswered => Requests > Responses;

        /// <summary>The server ended its side after its kernel had the last request, and without a response to it.</summary>
        public bool WasEndedOnRequest => HasUnanswered && AcknowledgedByEnd >= LastRequestEnd;

        /// <summary>The server had ended its side when the last request came.</summary>
        public bool WasEndedBeforeRequest => HasUnanswered && AcknowledgedByEnd < LastRequestEnd;

        /// <summary>
        /// Of these: between the end of its side and the close of the socket the kernel took the request all the same. The client finds it acknowledged,
        /// or not yet.
        /// </summary>
        public bool WasTakenAfterEnd => WasEndedBeforeRequest && Acknowledged >= LastRequestEnd;

        /// <summary>The request was answered by a reset, and no FIN went before: the program closed with the request unread.</summary>
        public bool WasResetOnRequest => HasUnanswered && IsReset && AcknowledgedByEnd is null;

        /// <summary>A reset with nothing in progress.</summary>
        public bool WasResetIdle => !HasUnanswered && IsReset && AcknowledgedByEnd is null && !IsRefused;
    }
}
