package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// once has a write-only value; it tells how long the value was that it got.
type once struct{}

type onceModel struct {
	ID       types.String `tfsdk:"id"`
	Password types.String `tfsdk:"password_wo"`
	Version  types.Int64  `tfsdk:"password_wo_version"`
	Length   types.Int64  `tfsdk:"length"`
}

func newOnce() resource.Resource { return &once{} }

func (*once) Metadata(_ context.Context, _ resource.MetadataRequest, out *resource.MetadataResponse) {
	out.TypeName = "judge_once"
}

func (*once) Schema(_ context.Context, _ resource.SchemaRequest, out *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	out.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":                  schema.StringAttribute{Computed: true, PlanModifiers: keep},
		"password_wo":         schema.StringAttribute{Optional: true, WriteOnly: true, Sensitive: true},
		"password_wo_version": schema.Int64Attribute{Optional: true},
		"length":              schema.Int64Attribute{Computed: true},
	}}
}

func (*once) Create(ctx context.Context, in resource.CreateRequest, out *resource.CreateResponse) {
	var plan onceModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	var password types.String
	out.Diagnostics.Append(in.Config.GetAttribute(ctx, path.Root("password_wo"), &password)...)
	plan.ID = types.StringValue("once")
	plan.Length = types.Int64Value(int64(len(password.ValueString())))
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*once) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*once) Update(ctx context.Context, in resource.UpdateRequest, out *resource.UpdateResponse) {
	var plan onceModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	var password types.String
	out.Diagnostics.Append(in.Config.GetAttribute(ctx, path.Root("password_wo"), &password)...)
	plan.Length = types.Int64Value(int64(len(password.ValueString())))
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*once) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
