namespace ReuseBench.Semantics.Cases;

public enum Transport
{
    Tcp,
    Udp,
}
