using System.Net;
using System.Runtime.InteropServices;

namespace ReuseBench.Linux.Tests;

public sealed unsafe class StructLayoutTests(HeaderProbe probe) : IClassFixture<HeaderProbe>
{
    [Fact]
    public void Structs_have_the_sizes_and_offsets_of_the_headers()
    {
        Dictionary<string, long> ours = Ours(EpollEventLayout.Current);
        IReadOnlyDictionary<string, long> theirs = probe.Evaluate(ours.Keys);
        Assert.All(ours, entry => Assert.True(theirs[entry.Key] == entry.Value, $"{entry.Key} is {theirs[entry.Key]}, not {entry.Value}"));
    }

    /// <summary>All but one are the same on x64 and arm64.</summary>
    internal static Dictionary<string, long> Ours(EpollEventLayout epoll)
    {
        LibC.ResourceUsage usage;
        LibC.ResourceLimit limit;
        LibC.Timespec time;
        LibC.ClockAdjustment clock;
        LibC.TimerSpec timer;
        LibC.Linger linger;
        LibC.SockFilterProgram program;
        LibC.MessageHeader message;
        LibC.IoVector vector;
        LibC.DescriptorMessage control;
        LibC.PeerCredentials peer;
        NetlinkMessage.Header header;
        NetlinkMessage.AttributeHeader attribute;
        NetlinkMessage.InterfaceInfo link;
        NetlinkMessage.AddressInfo address;
        LibC.FileStatus status;
        LibC.SignalInfo signal;
        LibC.RingParameters ring;
        LibC.SubmissionOffsets submissions;
        LibC.CompletionOffsets completions;
        LibC.RingSubmission submission;
        LibC.RingCompletion completion;
        LibC.PerfEventAttributes counter;

        return new Dictionary<string, long>
        {
            ["sizeof(struct sockaddr_in)"] = SockAddr.InetLength,
            ["sizeof(struct sockaddr_in6)"] = SockAddr.Capacity,
            ["sizeof(siginfo_t)"] = sizeof(LibC.SignalInfo),
            ["offsetof(siginfo_t, si_signo)"] = Offset(&signal, &signal.Signal),
            ["offsetof(siginfo_t, si_code)"] = Offset(&signal, &signal.Code),
            ["sizeof(struct io_uring_params)"] = sizeof(LibC.RingParameters),
            ["offsetof(struct io_uring_params, sq_entries)"] = Offset(&ring, &ring.SubmissionEntries),
            ["offsetof(struct io_uring_params, cq_entries)"] = Offset(&ring, &ring.CompletionEntries),
            ["offsetof(struct io_uring_params, flags)"] = Offset(&ring, &ring.Flags),
            ["offsetof(struct io_uring_params, features)"] = Offset(&ring, &ring.Features),
            ["offsetof(struct io_uring_params, sq_off)"] = Offset(&ring, &ring.Submission),
            ["offsetof(struct io_uring_params, cq_off)"] = Offset(&ring, &ring.Completion),
            ["sizeof(struct io_sqring_offsets)"] = sizeof(LibC.SubmissionOffsets),
            ["offsetof(struct io_sqring_offsets, tail)"] = Offset(&submissions, &submissions.Tail),
            ["offsetof(struct io_sqring_offsets, ring_mask)"] = Offset(&submissions, &submissions.Mask),
            ["offsetof(struct io_sqring_offsets, flags)"] = Offset(&submissions, &submissions.Flags),
            ["offsetof(struct io_sqring_offsets, array)"] = Offset(&submissions, &submissions.Array),
            ["sizeof(struct io_cqring_offsets)"] = sizeof(LibC.CompletionOffsets),
            ["offsetof(struct io_cqring_offsets, head)"] = Offset(&completions, &completions.Head),
            ["offsetof(struct io_cqring_offsets, tail)"] = Offset(&completions, &completions.Tail),
            ["offsetof(struct io_cqring_offsets, ring_mask)"] = Offset(&completions, &completions.Mask),
            ["offsetof(struct io_cqring_offsets, cqes)"] = Offset(&completions, &completions.Completions),
            ["sizeof(struct io_uring_sqe)"] = sizeof(LibC.RingSubmission),
            ["offsetof(struct io_uring_sqe, opcode)"] = Offset(&submission, &submission.Operation),
            ["offsetof(struct io_uring_sqe, ioprio)"] = Offset(&submission, &submission.OperationPriority),
            ["offsetof(struct io_uring_sqe, fd)"] = Offset(&submission, &submission.Fd),
            ["offsetof(struct io_uring_sqe, addr)"] = Offset(&submission, &submission.Address),
            ["offsetof(struct io_uring_sqe, accept_flags)"] = Offset(&submission, &submission.OperationFlags),
            ["offsetof(struct io_uring_sqe, user_data)"] = Offset(&submission, &submission.UserData),
            ["sizeof(struct io_uring_cqe)"] = sizeof(LibC.RingCompletion),
            ["offsetof(struct io_uring_cqe, res)"] = Offset(&completion, &completion.Result),
            ["offsetof(struct io_uring_cqe, flags)"] = Offset(&completion, &completion.Flags),
            ["offsetof(struct perf_event_attr, size)"] = Offset(&counter, &counter.Size),
            ["offsetof(struct perf_event_attr, config)"] = Offset(&counter, &counter.Config),
            ["offsetof(struct perf_event_attr, read_format)"] = Offset(&counter, &counter.ReadFormat),
            ["offsetof(struct perf_event_attr, read_format) + 8"] = Offset(&counter, &counter.Flags),
            ["offsetof(struct perf_event_attr, config2)"] = sizeof(LibC.PerfEventAttributes),
            ["sizeof(struct statx)"] = sizeof(LibC.FileStatus),
            ["offsetof(struct statx, stx_uid)"] = Offset(&status, &status.UserId),
            ["offsetof(struct statx, stx_mode)"] = Offset(&status, &status.Mode),
            ["sizeof(struct rusage)"] = sizeof(LibC.ResourceUsage),
            ["offsetof(struct rusage, ru_utime)"] = Offset(&usage, &usage.UserTime),
            ["offsetof(struct rusage, ru_stime)"] = Offset(&usage, &usage.SystemTime),
            ["offsetof(struct rusage, ru_maxrss)"] = Offset(&usage, &usage.MaxResidentSet),
            ["offsetof(struct rusage, ru_nvcsw)"] = Offset(&usage, &usage.VoluntarySwitches),
            ["offsetof(struct rusage, ru_nivcsw)"] = Offset(&usage, &usage.InvoluntarySwitches),
            ["sizeof(struct timeval)"] = sizeof(LibC.Timeval),
            ["sizeof(struct timex)"] = sizeof(LibC.ClockAdjustment),
            ["offsetof(struct timex, offset)"] = Offset(&clock, &clock.Offset),
            ["offsetof(struct timex, freq)"] = Offset(&clock, &clock.Frequency),
            ["offsetof(struct timex, maxerror)"] = Offset(&clock, &clock.MaxError),
            ["offsetof(struct timex, status)"] = Offset(&clock, &clock.Status),
            ["offsetof(struct timex, tolerance)"] = Offset(&clock, &clock.Tolerance),
            ["offsetof(struct timex, tick)"] = Offset(&clock, &clock.Tick),
            ["offsetof(struct timex, tai)"] = Offset(&clock, &clock.Tai),
            ["sizeof(struct rlimit)"] = sizeof(LibC.ResourceLimit),
            ["offsetof(struct rlimit, rlim_cur)"] = Offset(&limit, &limit.Soft),
            ["offsetof(struct rlimit, rlim_max)"] = Offset(&limit, &limit.Hard),
            ["sizeof(struct timespec)"] = sizeof(LibC.Timespec),
            ["offsetof(struct timespec, tv_sec)"] = Offset(&time, &time.Seconds),
            ["offsetof(struct timespec, tv_nsec)"] = Offset(&time, &time.Nanoseconds),
            ["sizeof(struct itimerspec)"] = sizeof(LibC.TimerSpec),
            ["offsetof(struct itimerspec, it_interval)"] = Offset(&timer, &timer.Interval),
            ["offsetof(struct itimerspec, it_value)"] = Offset(&timer, &timer.Value),
            ["sizeof(struct linger)"] = sizeof(LibC.Linger),
            ["offsetof(struct linger, l_onoff)"] = Offset(&linger, &linger.OnOff),
            ["offsetof(struct linger, l_linger)"] = Offset(&linger, &linger.Seconds),
            ["sizeof(struct sock_fprog)"] = sizeof(LibC.SockFilterProgram),
            ["offsetof(struct sock_fprog, len)"] = Offset(&program, &program.Length),
            ["offsetof(struct sock_fprog, filter)"] = Offset(&program, &program.Filter),
            ["sizeof(struct sock_filter)"] = sizeof(CbpfInstruction),
            ["sizeof(struct msghdr)"] = sizeof(LibC.MessageHeader),
            ["offsetof(struct msghdr, msg_iov)"] = Offset(&message, &message.Vectors),
            ["offsetof(struct msghdr, msg_iovlen)"] = Offset(&message, &message.VectorCount),
            ["offsetof(struct msghdr, msg_control)"] = Offset(&message, &message.Control),
            ["offsetof(struct msghdr, msg_controllen)"] = Offset(&message, &message.ControlLength),
            ["offsetof(struct msghdr, msg_flags)"] = Offset(&message, &message.Flags),
            ["sizeof(struct iovec)"] = sizeof(LibC.IoVector),
            ["offsetof(struct iovec, iov_len)"] = Offset(&vector, &vector.Length),
            ["CMSG_SPACE(sizeof(int))"] = sizeof(LibC.DescriptorMessage),
            ["CMSG_LEN(sizeof(int))"] = LibC.DescriptorMessage.UsedLength,
            ["offsetof(struct cmsghdr, cmsg_level)"] = Offset(&control, &control.Level),
            ["offsetof(struct cmsghdr, cmsg_type)"] = Offset(&control, &control.Kind),
            ["CMSG_LEN(0)"] = Offset(&control, &control.Descriptor),
            ["CMSG_LEN(sizeof(struct timespec))"] = sizeof(LibC.TimestampMessage),
            ["sizeof(struct ucred)"] = sizeof(LibC.PeerCredentials),
            ["offsetof(struct ucred, uid)"] = Offset(&peer, &peer.Uid),
            ["sizeof(struct nlmsghdr)"] = sizeof(NetlinkMessage.Header),
            ["offsetof(struct nlmsghdr, nlmsg_type)"] = Offset(&header, &header.Type),
            ["offsetof(struct nlmsghdr, nlmsg_flags)"] = Offset(&header, &header.Flags),
            ["sizeof(struct rtattr)"] = sizeof(NetlinkMessage.AttributeHeader),
            ["offsetof(struct rtattr, rta_type)"] = Offset(&attribute, &attribute.Type),
            ["sizeof(struct ifinfomsg)"] = sizeof(NetlinkMessage.InterfaceInfo),
            ["offsetof(struct ifinfomsg, ifi_index)"] = Offset(&link, &link.Index),
            ["offsetof(struct ifinfomsg, ifi_flags)"] = Offset(&link, &link.Flags),
            ["offsetof(struct ifinfomsg, ifi_change)"] = Offset(&link, &link.Change),
            ["sizeof(struct ifaddrmsg)"] = sizeof(NetlinkMessage.AddressInfo),
            ["offsetof(struct ifaddrmsg, ifa_prefixlen)"] = Offset(&address, &address.PrefixLength),
            ["offsetof(struct ifaddrmsg, ifa_flags)"] = Offset(&address, &address.Flags),
            ["offsetof(struct ifaddrmsg, ifa_index)"] = Offset(&address, &address.Index),
            ["sizeof(struct epoll_event)"] = epoll.Stride,
            ["offsetof(struct epoll_event, data)"] = epoll.DataOffset,
        };
    }

    [Fact]
    public void An_IPv4_address_has_the_bytes_that_C_makes()
    {
        string theirs = probe.RunStatements("""
            struct sockaddr_in a; memset(&a, 0, sizeof a);
            a.sin_family = AF_INET; a.sin_port = htons(0x1234); a.sin_addr.s_addr = htonl(0x7f010203);
            for (size_t i = 0; i < sizeof a; i++) printf("%02X", ((unsigned char *)&a)[i]);
            """);
        Assert.Equal(theirs, BytesOf(SockAddr.From(IPAddress.Parse("127.1.2.3"), 0x1234)));
    }

    [Fact]
    public void An_IPv6_address_has_the_bytes_that_C_makes()
    {
        string theirs = probe.RunStatements("""
            struct sockaddr_in6 a; memset(&a, 0, sizeof a);
            a.sin6_family = AF_INET6; a.sin6_port = htons(0x1234); a.sin6_scope_id = 7;
            a.sin6_addr.s6_addr[0] = 0xfe; a.sin6_addr.s6_addr[1] = 0x80; a.sin6_addr.s6_addr[15] = 0x21;
            for (size_t i = 0; i < sizeof a; i++) printf("%02X", ((unsigned char *)&a)[i]);
            """);
        Assert.Equal(theirs, BytesOf(SockAddr.From(IPAddress.Parse("fe80::21%7"), 0x1234)));
    }

    [Theory]
    [InlineData(Architecture.X64, 12, 4)] // packed, so that 32-bit programs share the layout
    [InlineData(Architecture.Arm64, 16, 8)] // natural alignment of a 64-bit member
    public void An_epoll_event_is_laid_out_as_its_architecture_has_it(Architecture architecture, int stride, int dataOffset) =>
        Assert.Equal(new EpollEventLayout(stride, dataOffset), EpollEventLayout.For(architecture));

    private static string BytesOf(SockAddr address) =>
        Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<SockAddr>(in address))[..address.Length]);

    private static long Offset(void* start, void* member) => (byte*)member - (byte*)start;
}
