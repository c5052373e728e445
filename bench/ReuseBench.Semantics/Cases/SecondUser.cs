namespace ReuseBench.Semantics.Cases;

/// <summary>Who owns the second socket, compared with the first.</summary>
public enum SecondUser
{
    Same,
    Other,
}
