namespace ReuseBench.Linux;

/// <summary>The state of a TCP socket, numbered as in <c>include/net/tcp_states.h</c>.</summary>
public enum TcpState
{
    None = 0,
    Established = 1,
    SynSent = 2,
    SynReceived = 3,
    FinWait1 = 4,
    FinWait2 = 5,
    TimeWait = 6,
    Close = 7,
    CloseWait = 8,
    LastAck = 9,
    Listen = 10,
    Closing = 11,
    NewSynReceived = 12,
}
